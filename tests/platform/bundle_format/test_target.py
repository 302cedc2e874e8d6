from __future__ import annotations

from pathlib import Path

import pytest

from tests.platform.bundle_format.wheels import wheel
from vaas.platform.bundle_format.installer import InstallFailed
from vaas.platform.bundle_format.layer_name import about_layer
from vaas.platform.bundle_format.pack import pack
from vaas.platform.bundle_format.target import PlatformUnknown, Target, VersionUnknown, target_for
from vaas.platform.bundle_format.unpack import read_from_bundle

HERE = Target.here()


def test_without_a_word_and_with_this_machine_s_own_it_is_this_machine() -> None:
    assert target_for() == target_for(*HERE[:2]) == target_for(f"{HERE.python}.9", HERE.platform) == HERE
    assert HERE.options == []


@pytest.mark.parametrize(
    ("name", "tag", "wheels"),
    [
        ("linux", "linux-x86_64", "x86_64-unknown-linux-gnu"),
        ("aarch64-unknown-linux-gnu", "linux-aarch64", "aarch64-unknown-linux-gnu"),
        ("x86_64-manylinux_2_28", "linux-x86_64", "x86_64-manylinux_2_28"),
        ("riscv64-unknown-linux", "linux-riscv64", "riscv64-unknown-linux"),
        ("macos", "macosx-arm64", "aarch64-apple-darwin"),
        ("x86_64-apple-darwin", "macosx-x86_64", "x86_64-apple-darwin"),
    ],
)
def test_a_platform_is_named_as_uv_names_it(name: str, tag: str, wheels: str) -> None:
    assert target_for("3.99", name) == Target("3.99", tag, wheels)


@pytest.mark.parametrize(
    ("tag", "wheels"),
    [
        ("linux-aarch64", "aarch64-unknown-linux-gnu"),
        ("linux-x86_64", "x86_64-unknown-linux-gnu"),
        ("linux-riscv64", "riscv64-unknown-linux"),
        ("macosx-arm64", "aarch64-apple-darwin"),
    ],
)
def test_what_a_platform_says_of_itself_has_a_name_for_uv(tag: str, wheels: str) -> None:
    assert target_for("3.99", tag) == Target("3.99", tag, wheels)
    assert target_for("3.99", wheels) == Target("3.99", tag, wheels)


@pytest.mark.parametrize("name", ["windows", "x86_64-pc-windows-msvc", "plan9", "--index-url=x", "linux-x86_64; x"])
def test_a_platform_that_no_node_has_is_refused(name: str) -> None:
    with pytest.raises(PlatformUnknown, match="no packages for the platform"):
        target_for("3.12", name)


@pytest.mark.parametrize("version", ["3", "2.7", "3.12rc1", "new", "3.12 --index-url x"])
def test_what_is_no_version_of_python_is_refused(version: str) -> None:
    with pytest.raises(VersionUnknown, match="is no version of Python"):
        target_for(version)


@pytest.fixture
def app(tmp_path: Path, wheels: Path) -> Path:
    """An app that needs a package which is compiled, for two Pythons on two systems."""
    for python, system in (("312", "linux_x86_64"), ("311", "manylinux_2_17_aarch64")):
        files = {f"native__mod_cpython-{python}-{system.split('_')[-1]}_so": python}
        wheel(wheels, "1.0", "native", tag=f"cp{python}-cp{python}-{system}", **files)
    folder = tmp_path / "hello"
    folder.mkdir()
    (folder / "vaas.toml").write_text("")
    (folder / "requirements.txt").write_text("native\n")
    return folder


def test_packages_are_those_of_the_other_python_and_system_and_the_layer_says_so(app: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    packed = pack(app, cache=cache, where=lambda: target_for("3.11", "aarch64-unknown-linux-gnu"))
    assert packed.layer is not None
    about = about_layer(read_from_bundle(packed.layer.file, ["layer.json"]).get("layer.json"))
    assert (about.python, about.platform) == ("3.11", "linux-aarch64")


def test_a_package_that_is_not_there_for_the_other_system_is_told(app: Path, tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="native"):
        pack(app, cache=tmp_path / "cache", where=lambda: target_for("3.13", "aarch64-unknown-linux-gnu"))


def test_packages_for_here_and_for_elsewhere_are_kept_apart_but_pure_ones_are_the_same_layer(
    app: Path, tmp_path: Path
) -> None:
    (app / "requirements.txt").write_text("tiny\n")
    cache = tmp_path / "cache"
    here = pack(app, cache=cache)
    there = pack(app, cache=cache, where=lambda: target_for("3.12", "aarch64-unknown-linux-gnu"))
    assert here.layer is not None
    assert there.layer is not None
    assert here.layer.digest == there.layer.digest
    assert here.layer.file != there.layer.file


def test_nobody_is_asked_for_what_an_app_without_packages_is_built(app: Path, tmp_path: Path) -> None:
    def asked() -> Target:
        raise AssertionError("it has none")

    (app / "requirements.txt").write_text("vaas\n")
    assert pack(app, cache=tmp_path / "cache", where=asked).layer is None
