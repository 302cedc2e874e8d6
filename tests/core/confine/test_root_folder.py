"""A root of one's own: what is in it has the names that an app knows, and nothing else is there at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.uids import APP_UID
from vaas.core.confine.interpreter import links
from vaas.core.confine.root_folder import provide
from vaas.core.confine.system import Capabilities

if TYPE_CHECKING:
    from .conftest import Outcomes, World

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel layer is for Linux")

WITHOUT_OTHER_LAYERS = {"landlock": 0, "seccomp": False, "notify": False}
"""What is still out of reach is so by what is mounted alone."""

ELSEWHERE = {
    *("read_the_data_of_another_app", "read_it_through_a_link", "move_it_here", "link_it_here", "read_the_users"),
    *("write_the_data_of_another_app", "delete_the_data_of_another_app", "truncate_the_data_of_another_app"),
    *("list_the_folder_of_all_apps", "write_into_the_bundle", "read_own_environment_from_proc"),
    *("read_the_environment_of_the_parent", "connect_to_a_unix_socket", "watch_a_folder_of_another"),
    *("change_the_mode_of_anothers_file", "write_into_shared_memory"),
}
SEEN = ("see_the_data_of_another_app", "see_the_passwords", "see_another_process", "see_the_folders_of_the_system")
WAYS_OUT = ("mount_once_more", "unmount_something", "make_the_bundle_writable", "leave_the_root", "have_a_capability")
FILES = ("read_what_was_granted", "write_the_data_of_another_app")


class Mounted:
    """Runs attempts in a root of its own."""

    def __init__(self, world: World, uid: int | None) -> None:
        self._world, self._uid = world, uid
        self.other = str(world.root / "other")

    def run(self, *attempts: str, **how: Any) -> Outcomes:
        return self._world.run("confined", *attempts, uid=self._uid, mounted=True, **how)

    def unconfined(self, *attempts: str) -> Outcomes:
        return self._world.run("unconfined", *attempts)


@pytest.fixture(params=["world", "root_world", "ordinary_world"], ids=["shared", "own", "ordinary"])
def mounted(request: pytest.FixtureRequest) -> Mounted:
    """As who runs the tests, as an app's own user, and as a user without any right."""
    return Mounted(request.getfixturevalue(request.param), APP_UID if request.param == "root_world" else None)


def test_everything_an_app_needs_works_there_and_nothing_forbidden(mounted: Mounted) -> None:
    confined = mounted.run()
    assert (confined.refused, confined.failed, confined.got_through) == ("", {}, set())


def test_what_others_have_is_out_of_reach_without_any_other_layer(mounted: Mounted) -> None:
    confined = mounted.run(*ELSEWHERE, system=WITHOUT_OTHER_LAYERS)
    assert set(confined.forbidden) == ELSEWHERE
    assert (confined.refused, confined.got_through) == ("", set())


def test_nothing_outside_can_even_be_seen_to_exist(mounted: Mounted) -> None:
    assert mounted.unconfined(*SEEN).allowed == set(SEEN)
    assert mounted.run(*SEEN).allowed == set()
    assert mounted.run(*SEEN, system=WITHOUT_OTHER_LAYERS).allowed == set()


def test_no_right_to_mount_or_leave_stays_behind(mounted: Mounted) -> None:
    assert mounted.run(*WAYS_OUT, system=WITHOUT_OTHER_LAYERS).allowed == set()


def test_what_is_mounted_has_no_devices_and_no_programs_with_more_rights(mounted: Mounted) -> None:
    tried = ("find_a_mount_with_devices_or_setuid", "write_where_nothing_is_its_own", "open_the_null_device")
    assert mounted.run(*tried, system=WITHOUT_OTHER_LAYERS).allowed == {"open_the_null_device"}


def test_a_granted_folder_is_where_it_was_and_is_written_only_if_that_was_granted(mounted: Mounted) -> None:
    reading = mounted.run(*FILES, permissions={"read": [mounted.other]}, system=WITHOUT_OTHER_LAYERS)
    assert (reading.allowed, reading.got_through) == ({"read_what_was_granted"}, set())
    writing = mounted.run("read_what_was_granted", permissions={"write": [mounted.other]})
    assert writing.allowed == {"read_what_was_granted"}


def test_the_kernel_tells_the_names_that_the_app_knows(mounted: Mounted) -> None:
    assert mounted.run("tell_the_names_that_it_is_told").granted == {"tell_the_names_that_it_is_told": "succeeded"}


def test_the_c_library_knows_the_user_and_the_local_host(mounted: Mounted) -> None:
    asked = ("know_who_one_is", "know_the_local_host")
    assert mounted.run(*asked).allowed == set(asked)


def test_programs_have_a_terminal_and_share_work_where_they_are_granted(mounted: Mounted) -> None:
    tried = ("have_a_terminal", "share_work_with_processes", "type_into_a_terminal_for_another", "run_a_program")
    granted = mounted.run(*tried, permissions={"subprocess": True})
    assert granted.granted == {
        "have_a_terminal": "succeeded",
        "share_work_with_processes": "succeeded",
        "type_into_a_terminal_for_another": "ENOTTY",
    }
    assert mounted.run(*tried).allowed == set()


PROCESSES = (
    *("see_its_own_processes_alone", "see_connections_of_others", "change_itself_through_proc"),
    *("look_at_another_process", "see_another_process", "read_own_environment_from_proc"),
)


def test_an_app_s_own_user_sees_its_own_processes_where_programs_are_granted(root_world: World) -> None:
    unconfined = root_world.run("unconfined", *PROCESSES)
    assert unconfined.allowed >= {*PROCESSES[1:5]}
    for system in ({}, {"seccomp": False}):
        mounted = Mounted(root_world, APP_UID).run(*PROCESSES, permissions={"subprocess": True}, system=system)
        assert (mounted.refused, mounted.allowed) == ("", {"see_its_own_processes_alone"}), mounted.granted
        assert mounted.got_through == {"read_own_environment_from_proc"}


def test_so_it_does_by_its_user_alone(root_world: World) -> None:
    asked = {"permissions": {"subprocess": True}, "system": WITHOUT_OTHER_LAYERS}
    mounted = Mounted(root_world, APP_UID).run("see_its_own_processes_alone", "look_at_another_process", **asked)
    assert mounted.allowed == {"see_its_own_processes_alone"}


def test_without_programs_there_is_no_proc(mounted: Mounted) -> None:
    assert mounted.run(*PROCESSES).allowed == set()


def test_processes_of_a_host_with_a_network_reach_what_its_broker_connects(root_world: World) -> None:
    port = root_world.ports[0].getsockname()[1]
    granted = {"subprocess": True, "net": [f"127.0.0.1:{port}"]}
    tried = ("connect_to_the_granted_port", "connect_to_another_port", "start_a_program_that_connects")
    mounted = Mounted(root_world, APP_UID).run(*tried, permissions=granted)
    assert mounted.allowed == {"connect_to_the_granted_port", "start_a_program_that_connects"}


def test_names_are_asked_of_the_broker_there_too(mounted: Mounted) -> None:
    granted = {"net": ["elsewhere.example:443"]}
    asked = mounted.run("reach_a_granted_name", permissions=granted, names={"elsewhere.example": ["192.0.2.7"]})
    assert asked.allowed == {"reach_a_granted_name"}
    unknown = mounted.run("reach_a_granted_name", permissions={"net": ["other.example:443"]}, names={})
    assert unknown.allowed == set()


def test_an_interpreter_where_an_app_has_its_own_folder_leaves_everything_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    monkeypatch.setattr("vaas.core.confine.root_folder.APP", str(tmp_path))
    system = Capabilities(linux=True, common=(str(tmp_path / "lib"),))
    assert provide(str(tmp_path / "root"), system) == system
    assert not (tmp_path / "root").exists()


def test_where_nothing_can_be_mounted_everything_stays_as_it_is(tmp_path: Path) -> None:
    """In a process that may not: it has given up its rights, and has no other user's."""
    code = f"""
import msgspec
from vaas.core.confine import process
from vaas.core.confine.root_folder import provide
from vaas.core.confine.system import probe
system = msgspec.structs.replace(probe(), root=True)
process.set_capabilities(0)
print(provide({str(tmp_path / "root")!r}, system) == system)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_links_on_the_way_are_known_each_with_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "second").symlink_to("real")
    (tmp_path / "first").symlink_to(tmp_path / "second")
    (tmp_path / "round").symlink_to("round")
    found = links([str(tmp_path / "first" / "deep"), str(tmp_path / "round"), str(tmp_path / "real")])
    own = {place: said for place, said in found if place.startswith(str(tmp_path))}
    assert own == {
        str(tmp_path / "first"): str(tmp_path / "second"),
        str(tmp_path / "second"): "real",
        str(tmp_path / "round"): "round",
    }
