"""How many connections there may be, and which of them go when one more comes."""

from __future__ import annotations

import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.gateway.connection_limit import SHARE, ConnectionLimit, most_connections


class Connection:
    def __init__(self, waiting_since: float | None) -> None:
        self.waiting_since = waiting_since
        self.gone = False

    def give_way(self) -> None:
        self.gone = True


def admitted(limit: ConnectionLimit, *since: float | None) -> tuple[bool, list[bool]]:
    """Whether the last of these may stay, and which of them have given way."""
    members = [Connection(at) for at in since]
    stays = limit.admit(members[-1], members, len(members))
    return stays, [member.gone for member in members]


def test_up_to_the_limit_all_stay():
    assert admitted(ConnectionLimit(2), 1.0, 2.0) == (True, [False, False])


def test_beyond_it_the_one_that_has_been_silent_for_the_longest_goes():
    assert admitted(ConnectionLimit(2), 2.0, 1.0, 3.0) == (True, [False, True, False])


def test_one_that_is_owed_an_answer_never_goes():
    assert admitted(ConnectionLimit(2), None, 5.0, 6.0) == (True, [False, True, False])


def test_if_all_are_owed_an_answer_the_newcomer_is_turned_away():
    assert admitted(ConnectionLimit(2), None, None, 1.0) == (False, [False, False, False])


def test_a_websocket_waits_for_no_request_and_stays():
    limit, newcomer = ConnectionLimit(1), Connection(1.0)
    assert not limit.admit(newcomer, [object(), newcomer], 2)


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


def test_no_more_connections_than_descriptors_allow():
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most_connections(10**9) == soft // SHARE
    assert most_connections(1) == 1
    assert 1 <= most_connections() <= soft // SHARE
