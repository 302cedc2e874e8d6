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

import msgspec

from vaas.core.confine import libc, seccomp
from vaas.core.confine.apply import begin, granted
from vaas.core.confine.landlock import Ruleset
from vaas.core.confine.mounts import bind
from vaas.core.confine.plan import plan
from vaas.core.confine.system import FIRST_UID, Capabilities
from vaas.core.host.preload import POPULAR
from vaas.core.limits.usage import usage_of
from vaas.core.media_types import teach
from vaas.core.outside_loop import install_worker_loops
from vaas.core.policy import CodeMode, Permissions, Policy
from vaas.core.service import ServiceModule
from vaas.core.spec import HostSpec
from vaas.core.virtual import app_logging
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.process_paths import translated
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
        uid = FIRST_UID if system.own_users else None
        seccomp.build(libc.MACHINE, granted(plan(PLAIN_SPEC, system, uid=uid)))
        seccomp.build(libc.MACHINE, granted(plan(NETWORK_SPEC, system, uid=uid, broker=0 if system.notify else None)))


def warm_zygote(folder: Path) -> None:
    """Builds and drops a machine of each kind, and leaves its compiled samples in that folder for ``warm_host``."""
    for name in POPULAR:
        importlib.import_module(name)
    translated()
    app_logging.arm()
    install_worker_loops()
    mimetypes.init()  # it reads the system's files, once for all hosts
    teach(mimetypes)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)  # whatever it was: hosts take compiled code from there
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


def warm_floor(floor: ServiceModule, folder: Path) -> None:
    """Opens and drops the floor's sample in a machine of each kind; twice, since some caches are of the second use."""
    place = folder / "sample_app"
    place.mkdir(parents=True, exist_ok=True)
    (place / "app.py").write_text(floor.SAMPLE)
    for code in (*get_args(CodeMode), *get_args(CodeMode)):
        spec = msgspec.structs.replace(PLAIN_SPEC, folder=str(place), policy=Policy(code=code))
        machine = Machine(place, policy=spec.policy, modules=floor.app_modules())
        floor.open_service(machine, spec)
        machine.close()


def warm_host(folder: Path, system: Capabilities) -> Ruleset | None:
    """What a forked process does before it waits for its spec: it writes to the memory that every start writes to, and
    returns what of its confinement is the same for all.

    A page that is shared with the zygote is copied at the first write, at some 3 µs; a start touches a thousand.
    No event loop is made here: libuv opens descriptors for the whole process with its first one, and confinement closes
    what it finds open.
    """
    machine = Machine(folder, cache=folder / "cache")
    machine.load("small_sample")
    machine.close()
    plan(PLAIN_SPEC, system)
    usage_of(os.getpid())
    if system.root_folder:
        with contextlib.suppress(OSError):
            bind("", "/", 0)  # the way to it is warm, and there is nothing of that name
    return begin(system)
