"""How many connections there may be, and which of them go when one more comes."""

from __future__ import annotations

import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.gateway.connection_limit import PART, SHARE, ConnectionLimit, client_of, most_connections


class Connection:
    def __init__(self, waiting_since: float | None) -> None:
        self.waiting_since = waiting_since
        self.gone = False

    def give_way(self, why: str = "") -> None:
        self.gone = True
        self.why = why


def admitted(limit: ConnectionLimit, *since: float | None) -> tuple[bool, list[bool]]:
    """Whether the last of these may stay, and which of them have given way."""
    members = [Connection(at) for at in since]
    stays = limit.admit(members[-1], members) is None
    return stays, [member.gone for member in members]


def test_up_to_the_limit_all_stay():
    assert admitted(ConnectionLimit(2), 1.0, 2.0) == (True, [False, False])


def test_beyond_it_the_one_that_has_been_silent_for_the_longest_goes():
    assert admitted(ConnectionLimit(2), 2.0, 1.0, 3.0) == (True, [False, True, False])


def test_one_that_is_owed_an_answer_never_goes():
    assert admitted(ConnectionLimit(2), None, 5.0, 6.0) == (True, [False, True, False])


def test_if_all_are_owed_an_answer_the_newcomer_is_turned_away():
    assert admitted(ConnectionLimit(2), None, None, 1.0) == (False, [False, False, False])


def test_what_tells_nothing_of_itself_stays():
    limit, newcomer = ConnectionLimit(1), Connection(1.0)
    assert limit.admit(newcomer, [object(), newcomer]) is not None


@given(st.lists(st.floats(1, 100) | st.none(), min_size=1, max_size=40), st.integers(1, 40))
def test_never_more_than_the_limit_stay_unless_all_are_owed_an_answer(since, most):
    limit = ConnectionLimit(most)
    stays, gone = admitted(limit, *since)
    assert not gone[-1]
    if stays and len(since) == most + 1:
        assert len(since) - sum(gone) <= most
    for leaves, at in zip(gone, since, strict=True):
        assert at is not None or not leaves


def test_of_many_connections_several_go_at_a_time():
    _, gone = admitted(ConnectionLimit(128), *(float(n + 1) for n in range(129)))
    assert sum(gone) == 1 + 128 // 64


def test_the_limit_that_is_met_is_said_once_in_a_while(caplog: pytest.LogCaptureFixture):
    limit = ConnectionLimit(1)
    for _ in range(3):
        admitted(limit, 1.0, 2.0)
    assert caplog.text.count("--connections = 1") == 1
    assert "--connections = 1" in limit.detail


# --- of one client


def come(limit: ConnectionLimit, client: str, *since: float | None) -> list[Connection]:
    """One after the other; those that were turned away are gone."""
    came: list[Connection] = []
    for at in since:
        came.append(Connection(at))
        came[-1].gone = limit.admit(came[-1], came, client) is not None
    return came


def gone(members: list[Connection]) -> list[bool]:
    return [member.gone for member in members]


def test_one_client_has_a_quarter_of_the_connections():
    assert PART == 4
    assert ConnectionLimit(100).per_client == 25
    assert ConnectionLimit(1).per_client == 1


def test_a_client_may_be_given_more_or_less_but_never_more_than_all():
    assert ConnectionLimit(100, 60).per_client == 60
    assert ConnectionLimit(100, 600).per_client == 100


def test_a_client_that_has_its_share_makes_room_among_its_own():
    limit = ConnectionLimit(100, 2)
    others = come(limit, "10.0.0.2", 1.0)
    mine = come(limit, "10.0.0.1", 3.0, 2.0, 4.0)
    assert gone(mine) == [False, True, False]
    assert "--connections-per-client = 2" in mine[1].why
    assert gone(others) == [False]


def test_a_client_that_has_its_share_of_answers_under_way_is_turned_away_with_429():
    limit = ConnectionLimit(100, 2)
    members = come(limit, "10.0.0.1", None, None)
    refused = limit.admit(Connection(1.0), members, "10.0.0.1")
    assert refused is not None
    assert refused.status == 429
    assert "--connections-per-client = 2" in refused.detail
    assert gone(come(limit, "10.0.0.2", None)) == [False]


def test_a_connection_that_was_turned_away_or_has_left_counts_no_more():
    limit = ConnectionLimit(100, 2)
    first, *_ = come(limit, "10.0.0.1", None, None, None, None)
    limit.leave(first, "10.0.0.1")
    assert gone(come(limit, "10.0.0.1", None)) == [False]


def test_connections_of_no_client_have_no_share():
    assert gone(come(ConnectionLimit(100, 1), "", None, None, None)) == [False, False, False]


def test_nothing_is_kept_of_a_client_that_has_left():
    limit = ConnectionLimit(100, 1)
    for member in come(limit, "10.0.0.1", None, None):
        limit.leave(member, "10.0.0.1")
    assert not limit._of_client


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("10.0.0.1", "10.0.0.1", "10.0.0.2"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
        ("::ffff:10.0.0.1", "10.0.0.1", "::ffff:10.0.0.2"),
        ("fe80::1%eth0", "fe80::2%eth1", "fe81::1"),
    ],
)
def test_an_ipv6_client_counts_by_its_network(one: str, same: str, other: str):
    assert client_of(one) == client_of(same) != client_of(other)


# --- the process


def test_no_more_connections_than_descriptors_allow():
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most_connections(10**9) == soft // SHARE
    assert most_connections(1) == 1
    assert 1 <= most_connections() <= soft // SHARE
