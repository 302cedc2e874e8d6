"""The rehearsal: before the zygote forks, a machine of its own imports all that apps may, so that no host has to.

Nothing of an app runs here: the code is this file's. What it leaves behind is warm memory, shared by every host.
Called by ``zygote.py``.
"""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from pathlib import Path
from typing import get_args

from vaas.core.confine import libc, seccomp
from vaas.core.confine.apply import granted
from vaas.core.confine.plan import plan
from vaas.core.confine.system import Capabilities
from vaas.core.host.preload import POPULAR
from vaas.core.host.spec import HostSpec
from vaas.core.policy import CodeMode, Policy
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.safe_modules import SAFE
from vaas.core.wire.codec import decoder
from vaas.core.wire.messages import ToHost, ToWorker

SCENE = """
import dataclasses, enum, typing

@dataclasses.dataclass
class Thing:
    name: str
    parts: list["Thing"]

    async def show(self, *, deep: bool = False) -> str:
        return f"{self.name}: {len(self.parts)}" if deep else self.name

class Colour(enum.Enum):
    RED = 1
"""
"""Code such as apps have, to be compiled and run once."""

MODEST = HostSpec(app="rehearsal", release="v0", folder="/", data="/", tmp="/")
"""A spec that asks for nothing, as most apps do."""


def prepare(system: Capabilities) -> None:
    """Makes what every host would make for itself: the filter of system calls, the decoders of its sockets."""
    decoder(ToHost)
    decoder(ToWorker)
    if system.seccomp:
        seccomp.build(libc.MACHINE, granted(plan(MODEST, system)))


def rehearse() -> None:
    """Builds and drops a machine of each kind."""
    for name in POPULAR:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "scene.py").write_text(SCENE)
        for code in get_args(CodeMode):
            machine = Machine(folder, policy=Policy(code=code))
            for name in POPULAR if code == "trusted" else SAFE:
                with contextlib.suppress(ImportError):  # not in this version of Python
                    machine.import_(name)
            machine.load("scene")
            machine.close()
