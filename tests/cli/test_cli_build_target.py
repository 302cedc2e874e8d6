"""For what `vaas deploy` builds packages: what the platform says, and what its options say instead."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from vaas_cli.address import Target as Address
from vaas_cli.build_target import where_built
from vaas_cli.client import Client

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
