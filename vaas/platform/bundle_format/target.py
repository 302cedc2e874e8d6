"""For which Python and which system a layer is built: this machine's own, unless the platform's are other ones.

For another one uv chooses wheels by its tags and builds nothing, since what is built here would be for here. Decided
in ``cli/vaas_cli/build_target.py``; used by ``build_layer.py`` and ``installer.py``.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from vaas.core.errors import InvalidInput
from vaas.platform.bundle_format.layer_name import this_platform

VERSION = re.compile(r"(3\.\d+)(\.\d+)?")
OF_LINUX, OF_MACOS = re.compile(r"(\w+)-(?:unknown-linux|manylinux|linux).*"), re.compile(r"(\w+)-apple-darwin")
"""As uv names them: ``x86_64-unknown-linux-gnu``, ``aarch64-manylinux_2_28``, ``aarch64-apple-darwin``."""
OURS = re.compile(r"(?:linux|macosx)-\w+")
SHORT = {"linux": "x86_64-unknown-linux-gnu", "macos": "aarch64-apple-darwin"}
ARM = {"aarch64": "arm64"}
"""Macs' processors have another name there."""


class PlatformUnknown(InvalidInput):
    """There are no packages for the platform {name!r}. Write linux, aarch64-unknown-linux-gnu, x86_64-manylinux_2_28
    or another that `uv pip install --help` names under --python-platform."""


class VersionUnknown(InvalidInput):
    """{version!r} is no version of Python. Write 3.12, for example."""


class Target(NamedTuple):
    python: str
    """``3.12``."""
    platform: str
    """``linux-x86_64``."""
    wheels: str = ""
    """uv's name for the platform whose wheels are taken; empty: this machine's, and what has no wheel is built here."""

    @classmethod
    def here(cls) -> Self:
        return cls(*this_platform())

    @property
    def options(self) -> list[str]:
        """Of uv's, to install for it."""
        if not self.wheels:
            return []
        return ["--python-version", self.python, "--python-platform", self.wheels, "--only-binary", ":all:"]


def target_for(python: str = "", platform: str = "") -> Target:
    """The target with this version of Python, and this platform as uv or ``Target`` names it; empty: as here.

    Raises ``VersionUnknown``, ``PlatformUnknown``.
    """
    here = Target.here()
    version = VERSION.fullmatch(python or here.python)
    if version is None:
        raise VersionUnknown(version=python)
    named = platform or here.platform
    tag = named if OURS.fullmatch(named) else _tag(named)
    if (version[1], tag) == here[:2] and named in ("", tag):
        return here
    return Target(version[1], tag, _wheels(tag) if named == tag else SHORT.get(named, named))


def _tag(name: str) -> str:
    name = SHORT.get(name, name)
    if of_linux := OF_LINUX.fullmatch(name):
        return f"linux-{of_linux[1]}"
    if of_macos := OF_MACOS.fullmatch(name):
        return f"macosx-{ARM.get(of_macos[1], of_macos[1])}"
    raise PlatformUnknown(name=name)


def _wheels(tag: str) -> str:
    system, _, processor = tag.partition("-")
    if system == "macosx":
        return f"{'aarch64' if processor == 'arm64' else processor}-apple-darwin"
    return f"{processor}-unknown-linux" + ("-gnu" if processor in ("x86_64", "aarch64") else "")
