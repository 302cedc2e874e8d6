"""From a policy and a system to a confinement: pure, so the whole of it is looked at here."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from vaas.core.confine.plan import Confinement, as_seen, environment, needs_broker, plan, ports
from vaas.core.confine.system import Capabilities
from vaas.core.host_port import BadNet
from vaas.core.policy import Limits, Permissions, Policy
from vaas.core.spec import HostSpec

MB = 1024 * 1024
FULL = Capabilities(
    linux=True,
    machine="x86_64",
    landlock=7,
    seccomp=True,
    notify=True,
    no_new_privs=True,
    root=True,
    uids=2**32 - 1,
    search=True,
    common=("/usr/lib", "/opt/python/lib"),
    names=("/etc/resolv.conf",),
    trust=("/etc/ssl/certs",),
    programs=("/usr/bin", "/usr/lib"),
    sinks=("/dev/null",),
)
WITHOUT_BROKER = msgspec.structs.replace(FULL, notify=False)
BROKER = 11
WEAK = Capabilities(linux=True, machine="riscv64")


def confined(
    system: Capabilities = FULL, uid: int | None = None, cache: str = "", packages: str = "", **permissions: object
) -> Confinement:
    policy = Policy(permissions=Permissions(**permissions), limits=Limits(memory=100 * MB))  # type: ignore[arg-type]
    spec = HostSpec("shop", "v1", "/srv/bundles/abc", "/srv/data/shop", "/srv/tmp/1", cache, packages, policy=policy)
    broker = BROKER if needs_broker(policy.permissions, system) else None
    return plan(spec, system, keep=(0, 1, 2, 7), uid=uid, broker=broker)


def test_without_grants_there_are_the_apps_folders_and_the_interpreter() -> None:
    one = confined()
    assert one.read == ("/srv/bundles/abc", "/usr/lib", "/opt/python/lib")
    assert one.write == ("/srv/data/shop", "/srv/tmp/1", "/dev/null")
    assert one.execute == ()
    assert one.connect == ()
    assert not one.subprocess
    assert one.keep == (0, 1, 2, 7)


def test_a_layer_is_read_and_neither_written_nor_listed_with_others() -> None:
    one = confined(packages="/srv/layers/abc")
    assert "/srv/layers/abc" in one.read
    assert "/srv/layers/abc" in one.read_only
    assert "/srv/layers" in one.forbidden
    assert not any("/srv/layers" in path for path in (*one.write, *confined().read))


def test_granted_paths_are_added() -> None:
    one = confined(read=("/srv/shared",), write=("/srv/exchange",))
    assert "/srv/shared" in one.read
    assert "/srv/shared" not in one.write
    assert "/srv/exchange" in one.write


def test_the_cache_of_compiled_code_is_written_to() -> None:
    assert "/srv/cache" in confined(cache="/srv/cache").write
    assert "" not in confined().write


def test_programs_may_be_run_only_where_granted() -> None:
    assert confined(subprocess=True).execute == ("/usr/bin", "/usr/lib")
    assert confined(subprocess=True).subprocess


def test_with_a_broker_a_host_connects_to_no_port_by_itself() -> None:
    for net in (("example.com:443",), ("*",)):
        one = confined(net=net)
        assert (one.broker, one.connect) == (BROKER, ())
        assert BROKER in one.keep
    assert confined().broker is None


def test_a_host_that_needs_a_broker_is_not_planned_without() -> None:
    policy = Policy(permissions=Permissions(net=("example.com:443",)))
    with pytest.raises(ValueError, match="broker"):
        plan(HostSpec("shop", "v1", "/b", "/d", "/t", policy=policy), FULL)


def test_without_a_broker_the_granted_ports_are_open() -> None:
    one = confined(WITHOUT_BROKER, net=("example.com:443",))
    assert (one.broker, one.connect) == (None, (53, 443))


def test_a_network_brings_the_authorities_to_trust_and_only_without_a_broker_how_names_are_resolved() -> None:
    assert "/etc/ssl/certs" in confined(net=("example.com:443",)).read
    assert "/etc/ssl/certs" not in confined().read
    assert "/etc/resolv.conf" not in confined(net=("example.com:443",)).read
    assert "/etc/resolv.conf" in confined(WITHOUT_BROKER, net=("example.com:443",)).read


def test_named_hosts_open_their_ports_and_that_of_names() -> None:
    assert ports(("api.example.com:443", "db.internal:5432", "[::1]:443")) == (53, 443, 5432)


def test_a_star_is_any_port() -> None:
    assert ports(("example.com:443", "*")) == "any"


def test_no_net_is_no_port() -> None:
    assert ports(()) == ()


@pytest.mark.parametrize(
    "entry",
    [
        "*.example.com:443",
        "example.com",
        "example.com:",
        ":443",
        "example.com:https",
        "a:0",
        "a:65536",
        "a:-1",
        "a:\uff14\uff14",
        "a:" + "4" * 5000,
    ],
)
def test_what_is_no_host_and_port_is_named(entry: str) -> None:
    with pytest.raises(BadNet, match="host:port") as caught:
        ports((entry,))
    assert repr(entry) in str(caught.value)


@given(port=some.integers(1, 65535))
def test_any_port_of_the_range_can_be_granted(port: int) -> None:
    assert set(ports((f"example.com:{port}",))) == {53, port}


def test_names_are_asked_for_over_tcp_as_there_is_no_udp() -> None:
    assert environment(Permissions(net=("example.com:443",))) == {"RES_OPTIONS": "use-vc"}
    assert environment(Permissions(net=("*",))) == {"RES_OPTIONS": "use-vc"}
    assert environment(Permissions()) == {}


def test_data_is_bounded_at_four_fifths_of_the_memory() -> None:
    assert confined().memory == 80 * MB


def test_an_own_uid_is_taken_where_the_system_can() -> None:
    one = confined(uid=70_001)
    assert one.uid == 70_001
    assert one.threads > 0


@pytest.mark.parametrize("system", [WEAK, msgspec.structs.replace(FULL, uids=65_536)])
def test_an_own_uid_is_left_where_the_system_cannot(system: Capabilities) -> None:
    one = confined(system, uid=70_001)
    assert one.uid is None
    assert one.threads == 0


def test_root_is_no_uid_of_an_app() -> None:
    assert confined(uid=0).uid is None


def test_a_shared_uid_has_no_limit_on_processes() -> None:
    """It would count whatever else that user runs, and stop the first thread."""
    assert confined().threads == 0


def test_the_right_to_enter_closed_folders_is_kept_only_if_one_is_closed() -> None:
    closed = msgspec.structs.replace(FULL, closed_folders=True)
    assert confined(closed, uid=70_001).search
    assert not confined(FULL, uid=70_001).search
    assert not confined(closed).search


def test_without_that_right_and_with_a_closed_folder_no_host_is_a_user_of_its_own() -> None:
    """As for root in a container, whose user could not reach its folders."""
    closed = msgspec.structs.replace(FULL, closed_folders=True, search=False)
    one = confined(closed, uid=70_001)
    assert (one.uid, one.search, one.threads) == (None, False, 0)


def test_only_a_host_with_an_own_user_and_programs_that_connect_is_open_to_its_broker() -> None:
    assert confined(uid=70_001, subprocess=True, net=("example.com:443",)).shown
    assert not confined(subprocess=True, net=("example.com:443",)).shown
    assert not confined(uid=70_001, net=("example.com:443",)).shown
    assert not confined(uid=70_001, subprocess=True).shown


def test_the_self_check_tries_what_lies_around_the_app() -> None:
    one = confined()
    assert set(one.forbidden) == {"/", "/etc/passwd", "/proc", "/srv/bundles", "/srv/data", "/srv/tmp"}
    assert one.read_only == ("/srv/bundles/abc",)


def test_the_self_check_does_not_try_what_was_granted() -> None:
    assert "/srv/data" not in confined(read=("/srv/data/",)).forbidden
    assert "/etc/passwd" not in confined(read=("/etc",)).forbidden
    assert confined(read=("/",)).forbidden == ()
    assert confined(write=("/srv/bundles",)).read_only == ()


def test_a_granted_name_is_not_taken_for_a_longer_one() -> None:
    assert "/srv/data" in confined(read=("/srv/dat", "/srv/database")).forbidden


def test_without_landlock_nothing_is_said_about_files() -> None:
    one = confined(WEAK)
    assert (one.landlock, one.seccomp, one.forbidden, one.read_only) == (0, False, (), ())


def test_a_confinement_travels_whole() -> None:
    one = confined(net=("example.com:443",), uid=70_001)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=Confinement) == one


ROOTED = msgspec.structs.replace(FULL, root_folder="/srv/root", beneath_tmp=("/tmp/checkout",))


def spec_of(**permissions: object) -> HostSpec:
    policy = Policy(code="trusted", permissions=Permissions(**permissions))  # type: ignore[arg-type]
    return HostSpec("shop", "v1", "/srv/bundles/abc", "/srv/data/shop", "/srv/tmp/1", "/srv/cache", policy=policy)


def test_trusted_code_gets_a_root_with_its_folders_under_their_names() -> None:
    one = plan(spec_of(), ROOTED, uid=2_000_001)
    assert one.root_folder == "/srv/root"
    assert [(it.at, it.source, it.writable) for it in one.mounts] == [
        ("/app", "/srv/bundles/abc", False),
        ("/data", "/srv/data/shop", True),
        ("/tmp", "/srv/tmp/1", True),
        ("/var/cache/vaas", "/srv/cache", True),
        ("/tmp/checkout", "/tmp/checkout", False),
        ("/run/user", "/srv/root/run/users/2000001", False),
    ]
    seen = as_seen(spec_of(), one)
    assert (seen.folder, seen.data, seen.tmp, seen.cache) == ("/app", "/data", "/tmp", "/var/cache/vaas")


def test_restricted_code_and_a_system_without_mounts_keep_the_system_s_root() -> None:
    restricted = msgspec.structs.replace(spec_of(), policy=Policy())
    for one in (plan(restricted, ROOTED), plan(spec_of(), FULL)):
        assert (one.root_folder, one.mounts) == ("", ())
        assert as_seen(spec_of(), one) == spec_of()


def test_granted_folders_are_mounted_where_they_are_outer_ones_first() -> None:
    one = plan(spec_of(read=("/srv/a/b", "/srv/c"), write=("/srv/a",)), ROOTED)
    granted = [(it.at, it.writable) for it in one.mounts if it.at.startswith("/srv")]
    assert granted == [("/srv/a", True), ("/srv/a/b", False), ("/srv/c", False)]


@pytest.mark.parametrize("path", ["/", "/data/models", "/app", "//", "/dev/shm"])
def test_a_granted_folder_that_a_root_of_its_own_would_hide_keeps_the_system_s_root(path: str) -> None:
    assert plan(spec_of(read=(path,)), ROOTED).root_folder == ""
    assert plan(spec_of(read=("/application", "/database")), ROOTED).root_folder == "/srv/root"


def test_the_right_to_search_closed_folders_is_kept_only_if_what_is_mounted_is_closed_itself() -> None:
    behind = msgspec.structs.replace(ROOTED, closed_folders=True)
    assert not plan(spec_of(), behind, uid=2_000_001).search
    assert plan(spec_of(), msgspec.structs.replace(behind, root_closed=True), uid=2_000_001).search


def test_processes_are_seen_with_programs_by_a_user_of_its_own_that_needs_no_network_of_the_system() -> None:
    system = msgspec.structs.replace(ROOTED, processes=True)
    programs, network = spec_of(subprocess=True), spec_of(subprocess=True, net=("a.example:1",))
    seen = plan(programs, system, uid=2_000_001)
    assert (seen.processes, seen.shown, "/srv/root/proc" in seen.read) == ("/srv/root/proc", True, True)
    assert "/proc" not in seen.forbidden
    assert plan(network, system, uid=2_000_001, broker=BROKER).processes == "/srv/root/proc"
    without_broker = msgspec.structs.replace(system, notify=False)
    for one in (
        plan(spec_of(), system, uid=2_000_001),
        plan(programs, system),
        plan(programs, ROOTED, uid=2_000_001),
        plan(network, without_broker, uid=2_000_001),
    ):
        assert (one.processes, "/proc" in one.forbidden) == ("", True)


def test_terminals_come_with_programs() -> None:
    assert plan(spec_of(subprocess=True), ROOTED).terminals == "/srv/root/dev/pts"
    assert plan(spec_of(), ROOTED).terminals == ""
