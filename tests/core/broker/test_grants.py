"""What ``net`` opens, decided without a network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vaas.core.broker.grants import Address, Grants, is_public
from vaas.core.host_port import BadNet

NODE = ip_address("203.0.113.9")
LOOPBACKS = ("127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")
HERE = (*LOOPBACKS, "0.0.0.0", "::", "169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1", str(NODE))
PRIVATE = ("10.0.0.5", "192.168.1.1", "172.16.0.1", "fd00::1", "100.64.0.1", "64:ff9b::a00:5")
PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e")


def allows(net: str, address: str, port: int, **known: str) -> bool:
    names = {name.replace("_", "."): [ip_address(each) for each in value.split()] for name, value in known.items()}
    return Grants.of([net]).allows(ip_address(address), port, lambda name: names.get(name, []), is_node)


def is_node(address: Address) -> bool:
    return address == NODE or address.is_loopback


def test_a_name_opens_its_addresses_at_its_port() -> None:
    assert allows("api.example:443", "93.184.215.14", 443, api_example="93.184.215.14 93.184.215.15")
    assert allows("api.example:443", "93.184.215.15", 443, api_example="93.184.215.14 93.184.215.15")


def test_and_no_other_port_and_no_other_address() -> None:
    assert not allows("api.example:443", "93.184.215.14", 80, api_example="93.184.215.14")
    assert not allows("api.example:443", "93.184.215.16", 443, api_example="93.184.215.14")
    assert not allows("api.example:443", "93.184.215.14", 443, other_example="93.184.215.14")


@pytest.mark.parametrize("address", HERE)
def test_a_name_never_means_the_node_itself(address: str) -> None:
    """Whoever owns the name could point it at the node: DNS rebinding."""
    assert not allows("api.example:443", address, 443, api_example=address)


@pytest.mark.parametrize("address", [*PRIVATE[:5], *PUBLIC])
def test_a_name_may_mean_a_private_network(address: str) -> None:
    assert allows("db.example:5432", address, 5432, db_example=address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254", "203.0.113.9", "10.0.0.5", "fe80::1"])
def test_an_address_that_is_granted_is_open_whatever_it_is(address: str) -> None:
    entry = f"[{address}]:80" if ":" in address else f"{address}:80"
    assert allows(entry, address, 80)
    assert not allows(entry, address, 81)


def test_an_address_is_the_same_in_ipv6_clothes() -> None:
    assert allows("10.0.0.5:80", "::ffff:10.0.0.5", 80)
    assert allows("[::ffff:10.0.0.5]:80", "10.0.0.5", 80)


@pytest.mark.parametrize("name", ["localhost", "db.localhost", "LOCALHOST."])
def test_a_local_name_means_the_loopback_and_nothing_else(name: str) -> None:
    known = {"localhost": [ip_address("127.0.0.1")], "db.localhost": [ip_address("127.0.0.1")]}
    grants = Grants.of([f"{name}:80"])
    assert grants.allows(IPv4Address("127.0.0.1"), 80, lambda each: known[each], is_node)
    known = {each: [ip_address("10.0.0.5")] for each in known}
    assert not grants.allows(IPv4Address("10.0.0.5"), 80, lambda each: known[each], is_node)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_star_is_every_public_address(address: str) -> None:
    assert allows("*", address, 1)


@pytest.mark.parametrize("address", [*HERE, *PRIVATE])
def test_and_neither_the_node_nor_a_private_network(address: str) -> None:
    assert not allows("*", address, 80)


@pytest.mark.parametrize("address", ["169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254"])
def test_what_a_cloud_tells_its_machines_is_open_only_to_who_was_granted_that_address(address: str) -> None:
    known = {"rebound.example": [ip_address(address)]}
    for net, granted in (("*", False), ("rebound.example:80", False), (f"[{address}]:80", True)):
        grants = Grants.of([net])
        assert grants.allows(ip_address(address), 80, lambda name: known[name], is_node) == granted


@given(some.ip_addresses())
def test_what_only_this_node_or_its_network_knows_is_never_public(address: Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(address, is_node)


@given(some.ip_addresses(v=4), some.integers(1, 65535))
def test_no_clothes_open_what_is_closed(address: IPv4Address, port: int) -> None:
    """Whatever IPv6 address leads to an IPv4 address: it is open at most where that is."""
    number = int(address)
    clothes = (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    for each in map(IPv6Address, clothes):
        assert not allows("*", str(each), port) or allows("*", str(address), port)


def test_names_are_compared_as_dns_does() -> None:
    grants = Grants.of(["Bücher.Example.:443"])
    assert grants.answers("xn--bcher-kva.example")
    assert grants.names_at(443) == ["xn--bcher-kva.example"]
    assert not grants.answers("example")
    assert not grants.answers("a.xn--bcher-kva.example")


def test_with_a_star_every_name_is_answered() -> None:
    assert Grants.of(["*"]).answers("anything.example")
    assert not Grants.of(["10.0.0.5:80"]).answers("anything.example")


@pytest.mark.parametrize("entry", ["example", "example:", ":1", "a:0", "a:65536", "*:443", "*.example:443", "a:x", ""])
def test_what_is_no_host_and_port_is_named(entry: str) -> None:
    with pytest.raises(BadNet, match="host:port"):
        Grants.of([entry])
