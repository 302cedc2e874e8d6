"""Warm-up: before the zygote forks, a machine of its own imports all that apps may, so that no host has to.

Nothing of an app runs here: the code is this file's. What stays is warm memory, shared by every host. Called by
``zygote.py``, and by ``prefork.py`` in a process that waits to be a host.
"""

from __future__ import annotations

import contextlib
import importlib
import mimetypes
import os
from pathlib import Path
from typing import get_args

import uvloop

from vaas.core.confine import libc, seccomp
from vaas.core.confine.apply import begin, granted
from vaas.core.confine.landlock import Ruleset
from vaas.core.confine.mounts import bind
from vaas.core.confine.plan import plan
from vaas.core.confine.system import Capabilities
from vaas.core.host.preload import POPULAR
from vaas.core.limits.usage import usage_of
from vaas.core.media_types import teach
from vaas.core.policy import CodeMode, Permissions, Policy
from vaas.core.spec import HostSpec
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.stdlib.tables import SAFE
from vaas.core.wire.codec import decoder
from vaas.core.wire.messages import Begin, ToHost, ToWorker

SAMPLE = """
import asyncio, dataclasses, datetime, enum, functools, json, logging, os, pathlib, re, typing

log = logging.getLogger(__name__)
HERE = pathlib.Path(os.environ.get("HERE", "/app"))

@dataclasses.dataclass
class Thing:
    name: str
    parts: list["Thing"] = dataclasses.field(default_factory=list)
    _seen: int = 0

    async def show(self, *, deep: bool = False) -> str:
        return f"{self.name}: {len(self.parts)}" if deep else self.name

class Colour(enum.Enum):
    RED = 1
"""
"""Code such as apps have, to be compiled and run once."""

SMALL_SAMPLE = """
class Thing:
    async def show(self, who: str, loud: bool = False):
        return {"hello": who.upper() if loud else who}
"""
"""The least that an app has: what ``warm_host`` runs: every page that it writes to is a host's own from then on."""

PLAIN_SPEC = HostSpec(app="warmup", release="v0", folder="/", data="/", tmp="/")
"""A spec that asks for nothing, as most apps do."""

NETWORK_SPEC = HostSpec(
    app="warmup", release="v0", folder="/", data="/", tmp="/", policy=Policy(permissions=Permissions(net=("*",)))
)
"""And one that asks for the network."""


def prepare(system: Capabilities) -> None:
    """Makes what every host would make for itself: the filter of system calls, the decoders of its sockets."""
    decoder(Begin)
    decoder(ToHost)
    decoder(ToWorker)
    if system.seccomp:
        seccomp.build(libc.MACHINE, granted(plan(PLAIN_SPEC, system)))
        seccomp.build(libc.MACHINE, granted(plan(NETWORK_SPEC, system, broker=0 if system.notify else None)))


def warm_zygote(folder: Path) -> None:
    """Builds and drops a machine of each kind, and leaves its compiled samples in that folder for ``warm_host``."""
    for name in POPULAR:
        importlib.import_module(name)
    mimetypes.init()  # it reads the system's files, once for all hosts
    teach(mimetypes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sample.py").write_text(SAMPLE)
    (folder / "small_sample.py").write_text(SMALL_SAMPLE)
    (folder / "cache").mkdir(mode=0o700, exist_ok=True)
    for code in get_args(CodeMode):
        machine = Machine(folder, policy=Policy(code=code), cache=folder / "cache")
        for name in POPULAR if code == "trusted" else SAFE:
            with contextlib.suppress(ImportError):  # not in this version of Python
                machine.import_(name)
        machine.load("sample")
        machine.load("small_sample")
        machine.close()


def warm_host(folder: Path, system: Capabilities) -> Ruleset | None:
    """What a forked process does before it waits for its spec: it writes to the memory that every start writes to, and
    returns what of its confinement is the same for all.

    A page that is shared with the zygote is copied at the first write, at some 3 µs; a start touches a thousand.
    """
    uvloop.new_event_loop().close()
    machine = Machine(folder, cache=folder / "cache")
    machine.load("small_sample")
    machine.close()
    plan(PLAIN_SPEC, system)
    usage_of(os.getpid())
    if system.root_folder:
        with contextlib.suppress(OSError):
            bind("", "/", 0)  # the way to it is warm, and there is nothing of that name
    return begin(system)
