"""For what `vaas deploy` builds packages: what the platform says, and what its options say instead."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from vaas_cli.address import Target as Address
from vaas_cli.build_target import OnThePlatform, where_built
from vaas_cli.client import Client

from vaas.platform.bundle_format.installer import InstallFailed
from vaas.platform.bundle_format.pack import Packed, pack
from vaas.platform.bundle_format.target import Target

THERE = {"version": "0.1.0", "python": "3.99.1", "platform": "linux-aarch64"}


def asked(api: Any, python: str = "", platform: str = "") -> Target:
    with closing(Client(Address(api.url, "secret"))) as client:
        return where_built(client, python, platform)()


def test_it_is_what_the_platform_has(api: Any) -> None:
    api.on("GET", "/platform", THERE)
    assert asked(api) == Target("3.99", "linux-aarch64", "aarch64-unknown-linux-gnu")


def test_the_options_go_before_that(api: Any) -> None:
    api.on("GET", "/platform", THERE)
    assert asked(api, python="3.98")[:2] == ("3.98", "linux-aarch64")
    assert asked(api, platform="x86_64-manylinux_2_28")[:2] == ("3.99", "linux-x86_64")


def test_with_both_options_the_platform_is_not_asked(api: Any) -> None:
    assert asked(api, "3.98", "macos")[:2] == ("3.98", "macosx-arm64")


def test_a_platform_of_an_earlier_version_has_what_this_machine_has(api: Any) -> None:
    api.refuse("GET", "/platform", 404, "no such thing")
    assert asked(api) == Target.here()


FACTS = {"digest": "a" * 64, "size": 7, "modules": ["tiny"], "lock": "tiny==1\n"}


def app(tmp_path: Path, requirements: str) -> Path:
    (tmp_path / "app").mkdir(exist_ok=True)
    (tmp_path / "app/vaas.toml").write_text("")
    (tmp_path / "app/requirements.txt").write_text(requirements)
    return tmp_path / "app"


def packed(api: Any, tmp_path: Path, requirements: str) -> Packed:
    with closing(Client(Address(api.url, "secret"))) as client:
        return pack(app(tmp_path, requirements), cache=tmp_path / "cache", where=OnThePlatform(client))


def test_the_platform_is_given_the_lines_and_says_what_it_has_built(api: Any, tmp_path: Path) -> None:
    api.on("POST", "/layers", FACTS)
    layer = packed(api, tmp_path, "# ours\ntiny>=1\nvaas\n").layer
    assert api.requests("POST", "/layers")[0].json == {"lines": ["tiny>=1"]}
    assert layer is not None
    assert (layer.digest, layer.file, layer.modules) == ("a" * 64, None, {"tiny"})


def test_the_same_lines_are_built_again_only_if_the_layer_has_gone(api: Any, tmp_path: Path) -> None:
    api.on("POST", "/layers", FACTS)
    api.on("GET", f"/bundles/{FACTS['digest']}", {"exists": True}, {"exists": False})
    for _ in range(3):
        assert packed(api, tmp_path, "tiny\n").layer is not None
    assert len(api.requests("POST", "/layers")) == 2


@pytest.mark.parametrize("line", ["./here", "-e .", "--index-url https://index.example", "loc @ file:here"])
def test_what_lies_on_this_machine_is_not_built_there(api: Any, tmp_path: Path, line: str) -> None:
    with pytest.raises(InstallFailed, match="the platform builds packages of its index alone"):
        packed(api, tmp_path, f"tiny\n{line}\n")
