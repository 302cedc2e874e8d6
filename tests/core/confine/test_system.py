"""Probing finds what is here, changes nothing, and names no folder that would open too much."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import vaas
from vaas.core.confine import interpreter
from vaas.core.confine.system import probe

linux = pytest.mark.skipif(sys.platform != "linux", reason="about Linux")


def inside(path: str, folders: tuple[str, ...]) -> bool:
    real = os.path.realpath(path)
    return any(real == folder or real.startswith(folder + os.sep) for folder in folders)


def test_probing_twice_finds_the_same() -> None:
    assert probe() == probe()


@linux
def test_what_the_interpreter_has_loaded_lies_where_hosts_can_read() -> None:
    """In an interpreter of its own: this one has loaded tests, too."""
    script = "import sys, vaas.core.host.zygote; print(*[getattr(m, '__file__', None) for m in sys.modules.values()])"
    said = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = [path for path in said.split() if path.endswith((".py", ".so"))]
    assert len(loaded) > 100
    assert [path for path in loaded if not inside(path, probe().common)] == []


@linux
def test_a_checkout_is_not_readable_as_a_whole() -> None:
    """An editable install puts it on sys.path, and ``make run`` keeps its data beneath it."""
    package = next(iter(vaas.__path__))
    checkout = os.path.dirname(package)
    assert inside(package, probe().common)
    if "site-packages" not in checkout:
        assert not inside(checkout, probe().common)


@linux
def test_no_home_root_or_configuration_is_readable_as_a_whole() -> None:
    for place in (
        "/",
        "/etc",
        "/home",
        "/root",
        "/var",
        "/tmp",
        "/proc",
        "/sys",
        "/run",
        "/dev",
        os.path.expanduser("~"),
    ):
        assert not inside(place, probe().common + probe().names), place


@linux
def test_private_keys_are_not_readable_with_a_network() -> None:
    assert not inside("/etc/ssl/private", probe().names)


@linux
def test_a_closed_folder_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / "data").mkdir()
    assert probe((str(tmp_path / "closed" / "data"),)).closed_folders


def test_of_nested_folders_only_the_outermost_is_named(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "ab").mkdir()
    (tmp_path / "link").symlink_to("a")
    given = [str(tmp_path / name) for name in ("a/b", "a", "ab", "link", "missing")]
    assert interpreter.outermost(given) == (str(tmp_path / "a"), str(tmp_path / "ab"))


@linux
def test_probing_leaves_no_thread_behind() -> None:
    """A filter that the kernel must give to all threads it gives to none if one of them has its own."""
    before = set(os.listdir("/proc/self/task"))
    for _ in range(20):
        probe()
        assert set(os.listdir("/proc/self/task")) == before
