"""Real processes, really confined: what they must not do fails, what apps need works.

Each attempt (``battery.py``) is made unconfined too: one that never succeeds would prove nothing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.uids import APP_UID

if TYPE_CHECKING:
    from .conftest import Outcomes, World

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel layer is for Linux")

NOT_ON_EVERY_SYSTEM = {
    *("open_a_raw_socket", "open_a_packet_socket", "open_a_vsock", "open_a_multipath_socket", "change_the_root"),
    *("load_a_module", "use_io_uring", "use_bpf", "use_userfaultfd", "use_perf", "use_a_keyring", "become_root"),
    *("clone_into_a_namespace", "unshare_namespaces", "mark_anothers_file", "mount_a_file_system", "set_the_clock"),
    *("trace_another_process", "take_a_descriptor_of_another_process", "open_by_handle", "have_system_v_memory"),
    *("have_a_message_queue", "read_the_environment_of_the_parent", "write_into_shared_memory"),
}
"""They need root, a module of the kernel or a container that lets them: failing unconfined, they prove nothing."""


def assert_confined(unconfined: Outcomes, confined: Outcomes) -> None:
    assert set(unconfined.forbidden) - unconfined.got_through <= NOT_ON_EVERY_SYSTEM
    assert confined.refused == ""
    assert confined.got_through == set()


def test_without_grants_nothing_forbidden_succeeds(world: World) -> None:
    assert_confined(world.whole("unconfined"), world.whole("confined"))


def test_nor_for_an_ordinary_user_who_runs_the_platform_too(ordinary_world: World) -> None:
    assert_confined(ordinary_world.whole("unconfined"), ordinary_world.whole("confined"))


def test_nor_for_an_app_with_an_own_uid(root_world: World) -> None:
    assert_confined(root_world.whole("unconfined"), root_world.whole("confined", uid=APP_UID))


def test_nor_with_a_ruleset_that_was_begun_ahead_of_need(world: World) -> None:
    confined = world.run("begun")
    assert (confined.got_through, confined.failed) == (set(), {})


def test_a_host_that_may_use_any_port_does_without_the_ruleset_that_was_begun(world: World) -> None:
    anywhere = {"permissions": {"net": ["*"]}, "system": {"notify": False}}
    assert world.run("begun", "connect_to_another_port", **anywhere).allowed == {"connect_to_another_port"}


def test_everything_an_app_needs_works(world: World) -> None:
    assert world.whole("unconfined").failed == {}
    assert world.whole("confined").failed == {}


def test_also_for_an_ordinary_user(ordinary_world: World) -> None:
    assert ordinary_world.whole("confined").failed == {}


def test_also_with_an_own_uid(root_world: World) -> None:
    assert root_world.whole("confined", uid=APP_UID).failed == {}


PROGRAMS = (
    *("run_a_program", "fork", "spawn", "end_its_own_child", "start_a_python", "start_a_program_with_more_rights"),
    *("let_a_program_read_the_data_of_another_app", "read_the_data_of_another_app", "open_a_tcp_socket"),
    *("end_another_process", "signal_another_process_through_a_descriptor", "trace_another_process"),
    *("clone_into_a_namespace", "unshare_namespaces"),
)


@pytest.mark.parametrize("uid", [None, APP_UID], ids=["shared", "own"])
def test_programs_run_where_granted_and_are_confined_like_their_host(root_world: World, uid: int | None) -> None:
    assert root_world.run("unconfined", *PROGRAMS).allowed >= {
        "start_a_program_with_more_rights",
        "let_a_program_read_the_data_of_another_app",
    }
    confined = root_world.run("confined", *PROGRAMS, uid=uid, permissions={"subprocess": True})
    assert confined.got_through == {"run_a_program", "fork", "spawn"}
    assert confined.allowed - {"start_a_python"} == {"end_its_own_child"}


def test_an_ordinary_user_may_grant_programs_too(ordinary_world: World) -> None:
    confined = ordinary_world.run("confined", *PROGRAMS, permissions={"subprocess": True})
    assert confined.got_through == {"run_a_program", "fork", "spawn"}
    assert confined.allowed == {"end_its_own_child", "start_a_python"}


FILES = ("read_what_was_granted", "write_the_data_of_another_app", "delete_the_data_of_another_app")


def test_a_folder_granted_for_reading_is_not_written(world: World) -> None:
    other = str(world.root / "other")
    confined = world.run("confined", *FILES, permissions={"read": [other]})
    assert (confined.allowed, confined.got_through) == ({"read_what_was_granted"}, set())
    assert world.run("confined", *FILES).allowed == set()


def test_a_folder_granted_for_writing_is_written(world: World) -> None:
    confined = world.run("confined", *FILES, permissions={"write": [str(world.root / "other")]})
    assert confined.allowed == {"read_what_was_granted"}
    assert confined.got_through == {"write_the_data_of_another_app", "delete_the_data_of_another_app"}


WITHOUT_SECCOMP = {"seccomp": False}
WITHOUT_LANDLOCK = {"landlock": 0}
CONTENTS = {
    *("read_the_data_of_another_app", "read_it_through_a_link", "move_it_here", "link_it_here"),
    *("write_the_data_of_another_app", "delete_the_data_of_another_app", "truncate_the_data_of_another_app"),
    *("list_the_folder_of_all_apps", "list_the_root", "read_the_users", "write_into_the_bundle"),
    *("end_another_process", "signal_a_thread_of_another_process", "connect_to_an_abstract_unix_socket"),
    *("run_a_program", "spawn", "trace_another_process", "read_own_environment_from_proc"),
}


def test_landlock_alone_keeps_files_and_signals(world: World) -> None:
    confined = world.run("confined", system=WITHOUT_SECCOMP)
    assert confined.failed == {}
    assert confined.got_through & CONTENTS == set()
    assert "open_a_udp_socket" in confined.got_through


def test_seccomp_alone_keeps_processes_sockets_and_the_kernel(world: World) -> None:
    unconfined, confined = world.whole("unconfined"), world.run("confined", system=WITHOUT_LANDLOCK)
    assert confined.failed == {"copy_move_and_delete_its_own_files": "EPERM"}  # it truncates a file by its path
    of_files = {
        name for name in unconfined.forbidden if name.startswith(("read_", "list_", "write_", "move_", "link_"))
    }
    assert confined.got_through <= (of_files - {"read_memory_of_a_process"}) | {"delete_the_data_of_another_app"}
    assert "read_the_data_of_another_app" in confined.got_through


def test_an_own_uid_keeps_the_data_of_others_even_without_landlock_and_seccomp(root_world: World) -> None:
    (root_world.root).chmod(0o711)
    confined = root_world.run("confined", uid=APP_UID, system={**WITHOUT_LANDLOCK, **WITHOUT_SECCOMP})
    assert confined.failed == {}
    assert not confined.got_through & {
        *("write_the_data_of_another_app", "delete_the_data_of_another_app", "end_another_process"),
        *(
            "change_the_mode_of_anothers_file",
            "trace_another_process",
            "become_root",
            "lower_the_limits_of_another_process",
        ),
    }


def test_an_own_uid_leaves_the_groups_of_root(root_world: World) -> None:
    assert root_world.run("unconfined", "belong_to_a_group_of_root").allowed
    assert not root_world.run("confined", "belong_to_a_group_of_root", uid=APP_UID).allowed


def test_with_an_own_uid_threads_can_be_counted(root_world: World) -> None:
    assert root_world.run("confined", "start_ten_threads", uid=APP_UID).allowed
    few = root_world.run("confined", "start_ten_threads", uid=APP_UID, confinement={"threads": 5})
    assert "can't start new thread" in few.granted["start_ten_threads"]


def test_elsewhere_than_on_linux_there_are_limits_and_closed_descriptors(world: World) -> None:
    confined = world.run("confined", system={"linux": False, "landlock": 0, "seccomp": False})
    assert confined.failed == {}
    assert confined.got_through.isdisjoint(
        {"take_more_memory_than_allowed", "open_more_files_than_allowed", "use_an_inherited_descriptor"}
    )


@pytest.mark.parametrize("landlock", [1, 2, 3, 4, 5, 6])
def test_an_older_landlock_is_used_as_far_as_it_goes(world: World, landlock: int) -> None:
    confined = world.run("confined", system={"landlock": landlock})
    assert confined.got_through == set()
    assert confined.failed.keys() <= {"copy_move_and_delete_its_own_files"}


def test_a_host_that_is_not_confined_refuses_and_names_what_got_through(world: World) -> None:
    refused = world.run("checked").refused
    expected = (
        "/etc/passwd",
        "writing in",
        "ptrace",
        "io_uring",
        "a Unix socket",
        "an internet socket",
        "exec",
        "clone",
    )
    assert [what for what in expected if what not in refused] == []
    assert not list((world.root / "bundle").glob(".vaas-check*"))


@pytest.mark.parametrize(
    ("without", "named"),
    [({"landlock": 0}, "opening /etc/passwd"), ({"read": ("/",)}, "opening /etc/passwd"), ({"connect": "any"}, "")],
)
def test_a_layer_that_does_less_than_planned_is_noticed(world: World, without: dict[str, object], named: str) -> None:
    refused = world.run("confined", "read_the_bundle", confinement=without).refused
    assert (named in refused) if named else refused == ""


def test_a_capability_that_stayed_is_noticed(root_world: World) -> None:
    assert "a capability of root" in root_world.run("checked").refused


def test_a_process_with_a_second_thread_is_not_confined_by_half(world: World) -> None:
    assert "1 thread started before" in world.run("threaded").refused


def test_confinement_leaves_the_platform_as_it_was(world: World) -> None:
    before = (os.getuid(), os.getsid(0), os.umask(0o022))
    world.run("confined", "read_the_bundle")
    after = (os.getuid(), os.getsid(0), os.umask(before[2]))
    assert before[:2] == after[:2]
    assert after[2] == 0o022
