"""Where a host wants to connect to, out of its memory; its sockets; which addresses are this node's own."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vaas.core.broker.local_addresses import is_own
from vaas.core.broker.memory import Memory, Place, parse
from vaas.core.broker.sockets import Key, Sockets

IPV4 = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", 443, bytes((192, 0, 2, 7)))
linux = pytest.mark.skipif(sys.platform != "linux", reason="addresses lie in memory as Linux has them")


def outcome(read: Callable[[], Place]) -> int | None:
    """The number of the error, or 0."""
    try:
        read()
    except OSError as error:
        return error.errno
    return 0


@given(some.ip_addresses(v=4), some.integers(0, 65535))
def test_an_ipv4_address_is_read(address: object, port: int) -> None:
    found = parse(struct.pack("=H", 2) + struct.pack("!H4s8x", port, address.packed))  # type: ignore[attr-defined]
    assert found.sockaddr() == (str(address), port)


@given(some.ip_addresses(v=6), some.integers(0, 65535), some.integers(0, 2**20 - 1), some.integers(0, 2**32 - 1))
def test_an_ipv6_address_is_read(address: object, port: int, flow: int, scope: int) -> None:
    data = struct.pack("!HI16s", port, flow, address.packed)  # type: ignore[attr-defined]
    found = parse(struct.pack("=H", 10) + data + struct.pack("=I", scope))
    assert found.sockaddr() == (str(address), port, flow, scope)


@given(some.binary(max_size=128))
def test_whatever_lies_there_is_an_address_or_an_error_of_connect(data: bytes) -> None:
    assert outcome(lambda: parse(data)) in (0, errno.EINVAL, errno.EAFNOSUPPORT)


def test_a_unix_socket_is_no_place() -> None:
    assert outcome(lambda: parse(struct.pack("=H", 1) + b"/run/docker.sock")) == errno.EAFNOSUPPORT


@pytest.fixture
def own_memory() -> Iterator[Memory]:
    if sys.platform != "linux":
        pytest.skip("memory is a file on Linux")
    fd = os.open("/proc/self/mem", os.O_RDONLY)
    yield Memory(fd, os.getpid(), programs=False)
    os.close(fd)


def test_it_is_read_where_the_call_points(own_memory: Memory) -> None:
    buffer = ctypes.create_string_buffer(IPV4, 200)
    found = own_memory.place(os.getpid(), ctypes.addressof(buffer), 16)
    assert found == Place(ip_address("192.0.2.7"), 443)
    assert own_memory.place(os.getpid(), ctypes.addressof(buffer), 2**31) == found
    assert str(found) == "192.0.2.7:443"


@pytest.mark.parametrize("at", [0, 1, 2**64 - 1, 2**63])
def test_a_call_that_points_nowhere_gets_a_fault(own_memory: Memory, at: int) -> None:
    assert outcome(lambda: own_memory.place(os.getpid(), at, 16)) == errno.EFAULT


@linux
def test_a_socket_of_the_same_number_takes_the_place_of_the_old_one() -> None:
    sockets = Sockets()
    with socket.socket() as first, socket.socket() as second:
        assert sockets.keep(Key(1, 5), first) == []
        assert sockets.keep(Key(2, 5), first) == []
        assert sockets.keep(Key(1, 5), second) == [first]
        assert sockets.get(Key(1, 5)) is second
        sockets.connected(second)
        assert sockets.get(Key(1, 5)) is None
        assert sockets.is_connected(Key(1, 5))
        assert not sockets.is_connected(Key(1, 6))
        assert second.fileno() == -1


@linux
def test_the_oldest_is_let_go_beyond_what_a_host_may_have() -> None:
    sockets = Sockets(most=2)
    made = [socket.socket() for _ in range(3)]
    gone = [each for number, one in enumerate(made) for each in sockets.keep(Key(1, number), one)]
    assert (gone, len(sockets)) == (made[:1], 2)
    for each in made:
        each.close()


def test_an_address_to_which_nothing_may_be_sent_is_not_the_nodes_own() -> None:
    assert not is_own(ip_address("255.255.255.255"))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9"])
def test_the_loopback_is_the_nodes_own(address: str) -> None:
    assert is_own(ip_address(address))


@linux
def test_so_is_every_address_of_its_interfaces_and_no_other() -> None:
    words = [line.split() for line in Path("/proc/net/fib_trie").read_text().splitlines()]
    local = [before[-1] for before, here in pairwise(words) if here[:3] == ["/32", "host", "LOCAL"]]
    assert "127.0.0.1" in local
    assert [address for address in local if not is_own(ip_address(address))] == []
    assert not is_own(ip_address("192.0.2.7"))
