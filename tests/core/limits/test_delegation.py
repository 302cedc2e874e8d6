"""In which cgroup a node makes those of its hosts: tried on folders, with the kernel's part of version 2 played."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vaas.core.limits import delegation
from vaas.core.limits.cgroups import NONE
from vaas.core.limits.delegation import CgroupUnusable, Hierarchy, find, hierarchies

ALL = frozenset({"memory", "pids", "cpu"})


class Kernel:
    """Cgroups of version 2 below a folder: a group that holds a process gives its children no controller."""

    def __init__(self, mount: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mount = mount
        self.own = "/"
        self.controllers = ALL
        self.delegated: set[str] = set()
        monkeypatch.setattr(delegation, "hierarchies", lambda: [self.hierarchy])
        monkeypatch.setattr(delegation, "put", self.put)
        monkeypatch.setattr(delegation.os, "getxattr", self.attribute)
        self.group("/")

    @property
    def hierarchy(self) -> Hierarchy:
        return Hierarchy(str(self.mount), 2, self.controllers, self.own)

    def group(self, name: str, *processes: int) -> Path:
        folder = self.mount / name.strip("/")
        folder.mkdir(exist_ok=True)
        (folder / "cgroup.procs").write_text("".join(f"{each}\n" for each in processes))
        (folder / "cgroup.subtree_control").write_text("")
        if name != "/":
            (folder / "cgroup.type").write_text("domain\n")
        return folder

    def put(self, path: str, value: str) -> bool:
        group, file = Path(path).parent, Path(path).name
        if file == "cgroup.procs":
            for other in self.mount.rglob("cgroup.procs"):
                left = [each for each in other.read_text().split() if each != str(os.getpid())]
                other.write_text("".join(f"{each}\n" for each in left))
            (group / file).write_text(f"{os.getpid()}\n")
        elif (group / "cgroup.type").exists() and (group / "cgroup.procs").read_text():
            return False
        else:
            with (group / file).open("a") as control:
                control.write(value.removeprefix("+") + " ")
        return True

    def attribute(self, path: str, name: str) -> bytes:
        if f"{name} {Path(path).name}" not in self.delegated:
            raise OSError
        return b"1"


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(tmp_path, monkeypatch)


def test_at_the_root_groups_are_made_beside_the_processes_there(kernel: Kernel) -> None:
    kernel.group("/", os.getpid(), 1)
    found = find()
    assert found.controllers == ALL
    assert found.prefixes == (f"{kernel.mount}/vaas-{os.getpid()}-",)
    assert sorted(each.name for each in kernel.mount.iterdir() if each.is_dir()) == []


@pytest.mark.parametrize("attribute", ["user.delegate", "trusted.delegate"])
def test_in_a_group_that_systemd_has_delegated_the_node_moves_into_a_child(kernel: Kernel, attribute: str) -> None:
    group = kernel.group("/vaas.service", os.getpid())
    kernel.own = "/vaas.service"
    kernel.delegated = {f"{attribute} vaas.service"}
    assert find().controllers == ALL
    assert (group / "cgroup.procs").read_text() == ""
    assert (group / f"vaas-{os.getpid()}-node" / "cgroup.procs").read_text() == f"{os.getpid()}\n"


def test_a_group_that_nobody_has_delegated_is_left_alone(kernel: Kernel) -> None:
    group = kernel.group("/user.slice", os.getpid())
    kernel.own = "/user.slice"
    assert find() == NONE
    assert (group / "cgroup.procs").read_text() == f"{os.getpid()}\n"


def test_another_program_s_process_in_the_group_that_is_named_makes_it_unusable(kernel: Kernel) -> None:
    kernel.group("/shared", os.getpid(), 1)
    with pytest.raises(CgroupUnusable, match="--cgroup shared"):
        find("shared")


def test_a_group_that_is_named_is_used_though_the_node_is_in_another(kernel: Kernel) -> None:
    kernel.group("/apps")
    assert find("/apps/").prefixes == (f"{kernel.mount}/apps/vaas-{os.getpid()}-",)


def test_a_group_that_belongs_to_another_user_is_not_used(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel.group("/apps")
    monkeypatch.setattr(delegation.os, "access", lambda path, mode: not path.endswith("cgroup.procs"))
    with pytest.raises(CgroupUnusable):
        find("apps")


def test_a_hierarchy_without_a_controller_that_matters_is_no_use(kernel: Kernel) -> None:
    kernel.group("/", os.getpid())
    kernel.controllers = frozenset()
    assert find() == NONE


# --- what /proc tells

V1 = ["cgroup /cg/memory cgroup rw,memory 0 0", "cgroup /cg/cpu cgroup rw,cpu,cpuacct 0 0"]
OTHER = ["cgroup /cg/systemd cgroup rw,name=systemd 0 0", "proc /proc proc rw 0 0"]


def told(mounts: list[str], groups: list[str], monkeypatch: pytest.MonkeyPatch) -> list[Hierarchy]:
    texts = {"/proc/self/mounts": "\n".join(mounts), "/proc/self/cgroup": "\n".join(groups)}
    read = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path: texts[str(path)] if str(path) in texts else read(path))
    return hierarchies()


def test_hierarchies_of_version_1_are_those_with_a_controller_that_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = ["3:cpu,cpuacct:/a", "2:memory:/a", "1:name=systemd:/", "5:pids:/"]
    assert told([*OTHER, *V1], groups, monkeypatch) == [
        Hierarchy("/cg/cpu", 1, frozenset({"cpu"}), "/a"),
        Hierarchy("/cg/memory", 1, frozenset({"memory"}), "/a"),
    ]


def test_that_of_version_2_has_what_its_group_may_pass_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "cgroup.controllers").write_text("cpu io memory\n")
    mounts = [*OTHER, f"cgroup2 {tmp_path} cgroup2 rw 0 0"]
    found = [Hierarchy(str(tmp_path), 2, frozenset({"cpu", "memory"}), "/a")]
    assert told(mounts, ["0::/a", "1:name=systemd:/a"], monkeypatch) == found


def test_without_proc_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", fail)
    assert hierarchies() == []
