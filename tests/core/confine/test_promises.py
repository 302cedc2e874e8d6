"""What is said about a system follows from what it can do, and is never better than that."""

from __future__ import annotations

import msgspec
import pytest

from vaas.core.confine.promises import describe, missing, promises
from vaas.core.confine.system import Capabilities, probe

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
)


def without(**changes: object) -> Capabilities:
    return msgspec.structs.replace(FULL, **changes)


def weaker(system: Capabilities) -> set[str]:
    return {promise.what for promise in promises(system) if not promise.holds}


def test_a_modern_system_keeps_every_promise() -> None:
    assert missing(FULL) == []
    assert len(describe(FULL, own_root=True)) == 7


def test_an_ordinary_user_on_a_modern_system_has_full_confinement_too() -> None:
    assert missing(without(root=False, uids=0)) == []
    assert any("not root" in line for line in describe(without(root=False, uids=0), own_root=True))


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        (without(landlock=0), {"files"}),
        (without(landlock=3), set()),
        (without(notify=False), {"network"}),
        (without(seccomp=False), {"network", "system calls"}),
        (without(seccomp=False, uids=0), {"network", "system calls", "modes, times and owners"}),
        (
            without(seccomp=False, uids=0, landlock=0),
            {"files", "network", "system calls", "signals", "modes, times and owners"},
        ),
    ],
)
def test_what_is_missing_weakens_what_rests_on_it(system: Capabilities, expected: set[str]) -> None:
    assert weaker(system) == expected


def test_a_weaker_promise_says_why() -> None:
    (line,) = [line for line in missing(without(landlock=0)) if line.startswith("files")]
    assert line.startswith("files: WEAKER: no Landlock")


@pytest.mark.parametrize(("landlock", "said"), [(7, "the granted ports, of any host"), (3, "any TCP port of any host")])
def test_without_a_broker_it_is_told_how_much_of_a_grant_holds(landlock: int, said: str) -> None:
    (line,) = missing(without(notify=False, landlock=landlock))
    assert line.startswith("network: WEAKER")
    assert said in line


def test_elsewhere_than_on_linux_the_kernel_promises_nothing() -> None:
    (line,) = missing(Capabilities(machine="arm64"))
    assert "not Linux" in line


def test_the_right_to_enter_closed_folders_is_told() -> None:
    assert any("may enter closed folders" in line for line in describe(without(closed_folders=True), own_root=True))
    assert not any("may enter closed folders" in line for line in describe(FULL, own_root=True))


def test_root_has_full_confinement_too_where_it_can_give_apps_no_users_and_says_why() -> None:
    in_a_namespace = without(uids=65_536)
    without_the_right = without(closed_folders=True, search=False)
    for system, why in ((in_a_namespace, "this container or namespace"), (without_the_right, "others cannot enter")):
        assert missing(system) == []
        (line,) = [line for line in describe(system, own_root=True) if line.startswith("modes")]
        assert f"not a user of its own ({why}" in line


def test_this_system_is_described_without_an_error() -> None:
    assert describe(probe(), own_root=True)


def test_where_nothing_can_be_mounted_c_code_is_sent_to_the_real_names() -> None:
    *_, names = describe(FULL, own_root=False)
    assert "VAAS_DATA_DIR" in names
    assert missing(FULL) == []
