"""A message and the descriptors that come with it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.host.fd_passing import MAX_HANDLES, MAX_MESSAGE, receive, send
from vaas.core.host.handles import Handles

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def test_a_descriptor_arrives_as_another_number_of_the_same_file(pair):
    reads, writes = os.pipe()
    send(pair[0], b"here", [writes])
    received = receive(pair[1])
    assert received is not None
    message, (copy,) = received
    os.write(copy, b"through")
    assert (message, os.read(reads, 99)) == (b"here", b"through")
    assert copy != writes
    for descriptor in (reads, writes, copy):
        os.close(descriptor)


@pytest.mark.parametrize("count", [0, 1, MAX_HANDLES])
def test_as_many_arrive_as_were_sent(pair, count):
    null = os.open(os.devnull, os.O_RDONLY)
    send(pair[0], b".", [null] * count)
    received = receive(pair[1])
    assert received is not None
    assert len(received[1]) == count
    for descriptor in (null, *received[1]):
        os.close(descriptor)


def test_each_message_keeps_its_own_descriptors(pair):
    null = os.open(os.devnull, os.O_RDONLY)
    for message, count in ((b"one", 1), (b"two", 2)):
        send(pair[0], message, [null] * count)
    got = [receive(pair[1]), receive(pair[1])]
    assert [(one[0], len(one[1])) for one in got if one] == [(b"one", 1), (b"two", 2)]
    for descriptor in (null, *(each for one in got if one for each in one[1])):
        os.close(descriptor)


def test_the_largest_message_arrives_whole(pair):
    send(pair[0], b"x" * MAX_MESSAGE, [])
    assert receive(pair[1]) == (b"x" * MAX_MESSAGE, [])


def test_none_comes_from_one_who_has_hung_up(pair):
    pair[0].close()
    assert receive(pair[1]) is None


def test_none_comes_from_one_who_hung_up_without_reading(pair):
    """The kernel then says that the connection was reset."""
    send(pair[1], b"unread", [])
    pair[0].close()
    assert receive(pair[1]) is None


@given(st.lists(st.integers(0, 999), min_size=4, max_size=20))
def test_handles_come_out_in_the_order_in_which_they_went_in(numbers):
    assert Handles.of(numbers).flat() == numbers
