"""All clients of an app together may send so much of messages that are not complete; the oldest give way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.gateway.partly_received import MOST, PartlyReceived


class Sender:
    def __init__(self) -> None:
        self.size = 0
        self.gave_way = 0

    def give_way(self) -> None:
        self.size = 0
        self.gave_way += 1


def test_the_message_that_began_first_gives_way():
    partly = PartlyReceived(MOST)
    first, second, third = (Sender() for _ in range(3))
    partly.now(first, 1)
    partly.now(second, MOST - 1)
    partly.now(first, MOST)
    partly.now(third, 2)
    assert (first.gave_way, second.gave_way, third.gave_way) == (1, 0, 0)
    assert partly.total == MOST + 1


def test_a_message_that_is_complete_counts_no_more():
    partly = PartlyReceived(1000)
    first, second = Sender(), Sender()
    for _ in range(10):
        partly.now(first, MOST - 1)
        partly.now(first, 0)
    partly.now(second, MOST)
    assert (partly.total, first.gave_way, second.gave_way) == (MOST, 0, 0)


def test_one_message_alone_is_bounded_by_its_own_limit_only():
    partly = PartlyReceived(1000)
    only = Sender()
    partly.now(only, 10 * MOST)
    assert only.gave_way == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, MOST // 2))))
def test_whatever_is_sent_no_more_is_kept_than_may_be(steps: list[tuple[int, int]]):
    partly, senders = PartlyReceived(MOST // 2), [Sender() for _ in range(6)]
    for which, size in steps:
        senders[which].size = size
        partly.now(senders[which], size)
        assert partly.total == sum(sender.size for sender in senders) <= MOST
