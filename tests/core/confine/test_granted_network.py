"""``net`` holds by host and port: real processes with a real broker, and servers on the loopback to be reached or not.

Names are those of the test (``names=``): the broker of ``battery.py`` resolves them so.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.uids import APP_UID

if TYPE_CHECKING:
    from .conftest import World

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel layer is for Linux")


CONNECTING = (
    *("connect_to_the_granted_port", "connect_to_it_by_name", "connect_without_a_timeout", "run_asyncio_over_tcp"),
    *("run_uvloop_over_tcp", "connect_over_ipv6_clothes", "resolve_localhost"),
)
ELSEWHERE = (
    *("connect_to_another_port", "connect_by_fast_open", "bind_a_port", "connect_to_another_loopback_address"),
    *("connect_to_everywhere", "connect_from_c"),
)
OTHER_SOCKETS = (
    *("open_a_udp_socket", "open_a_multipath_socket", "open_a_netlink_socket", "open_a_raw_socket"),
    *("connect_to_a_unix_socket", "connect_to_an_abstract_unix_socket", "send_from_a_pair_to_a_unix_socket", "listen"),
)
EVERYTHING = CONNECTING + ELSEWHERE + OTHER_SOCKETS


def assert_only_the_grant_is_open(world: World, uid: int | None = None) -> None:
    port = world.ports[0].getsockname()[1]
    assert world.run("unconfined", *EVERYTHING).allowed >= set(CONNECTING + ELSEWHERE)
    confined = world.run("confined", *EVERYTHING, uid=uid, permissions={"net": [f"127.0.0.1:{port}"]})
    assert confined.refused == ""
    assert confined.allowed == set(CONNECTING) - {"connect_to_it_by_name", "resolve_localhost"}
    assert confined.granted["connect_to_another_port"] == "EACCES"
    assert confined.got_through == set()


def test_a_granted_address_opens_its_port_and_nothing_else(world: World) -> None:
    assert_only_the_grant_is_open(world)


def test_nor_for_an_ordinary_user_who_runs_the_platform_too(ordinary_world: World) -> None:
    assert_only_the_grant_is_open(ordinary_world)


def test_nor_for_an_app_with_an_own_uid(root_world: World) -> None:
    assert_only_the_grant_is_open(root_world, APP_UID)


def test_a_local_name_that_is_granted_opens_the_loopback_at_its_port(world: World) -> None:
    port = world.ports[0].getsockname()[1]
    confined = world.run("confined", *EVERYTHING, permissions={"net": [f"localhost:{port}"]})
    assert confined.allowed == set(CONNECTING)
    assert confined.got_through == set()


NAMED = ("reach_a_granted_name", "reach_it_without_looking_it_up", "reach_its_other_port", "reach_its_neighbour")
ELSEWHERE_IS = {"elsewhere.example": ["192.0.2.7"]}


def test_a_granted_name_opens_its_addresses_at_its_port(world: World) -> None:
    confined = world.run("confined", *NAMED, permissions={"net": ["elsewhere.example:443"]}, names=ELSEWHERE_IS)
    assert confined.allowed == {"reach_a_granted_name", "reach_it_without_looking_it_up"}


def test_another_name_is_not_even_looked_up(world: World) -> None:
    confined = world.run("confined", *NAMED, permissions={"net": ["other.example:443"]}, names=ELSEWHERE_IS)
    assert confined.allowed == set()
    assert "Name or service not known" in confined.granted["reach_a_granted_name"]


@pytest.mark.parametrize("home", ["127.0.0.1", "0.0.0.0", "127.255.255.254"])
def test_a_name_that_leads_to_the_node_itself_opens_nothing(world: World, home: str) -> None:
    port = world.ports[0].getsockname()[1]
    led = {"rebound.example": [home]}
    net = {"net": [f"rebound.example:{port}"]}
    confined = world.run("confined", "be_led_home_by_a_name", *EVERYTHING, permissions=net, names=led)
    assert confined.granted["be_led_home_by_a_name"] == "EACCES"
    assert (confined.allowed, confined.got_through) == (set(), set())


def test_a_star_is_no_address_of_the_node(world: World) -> None:
    confined = world.run("confined", *EVERYTHING, "be_led_home_by_a_name", permissions={"net": ["*"]})
    assert confined.allowed == {"resolve_localhost"}
    assert confined.got_through == set()


PROGRAMS = ("start_a_program_that_connects", "start_a_program_that_connects_to_another_port")


def test_programs_connect_where_their_app_may(world: World) -> None:
    net = [f"127.0.0.1:{world.ports[0].getsockname()[1]}"]
    assert world.run("unconfined", *PROGRAMS).allowed == set(PROGRAMS)
    confined = world.run("confined", *PROGRAMS, permissions={"net": net, "subprocess": True, "read": ["/"]})
    assert confined.allowed == {"start_a_program_that_connects"}, confined.granted


def test_packets_go_no_other_way(world: World) -> None:
    net = {"net": [f"127.0.0.1:{world.ports[0].getsockname()[1]}"]}
    assert world.run("unconfined", "route_packets_elsewhere").allowed
    assert (
        world.run("confined", "route_packets_elsewhere", permissions=net).granted["route_packets_elsewhere"] == "EPERM"
    )


def test_a_copy_of_an_unconnected_socket_stays_unconnected(world: World) -> None:
    """The broker knows a socket by its number: a limit, and a refusal rather than a guess."""
    net = {"net": [f"127.0.0.1:{world.ports[0].getsockname()[1]}"]}
    assert world.run("confined", "connect_a_copy", permissions=net).granted["connect_a_copy"] == "EACCES"


def test_where_the_kernel_has_no_broker_a_grant_is_held_by_its_port(world: World) -> None:
    permissions = {"net": [f"127.0.0.1:{world.ports[0].getsockname()[1]}"]}
    confined = world.run("confined", *EVERYTHING, permissions=permissions, system={"notify": False})
    assert confined.allowed == {*CONNECTING, "connect_to_everywhere"}  # the same port of the node itself
    assert confined.got_through == set()


def test_a_host_whose_broker_is_missing_does_not_serve(world: World) -> None:
    refused = world.run("abandoned", permissions={"net": ["localhost:1"]})
    assert "BrokerMissing" in refused.refused
