"""LayerBuilder: makes a layer on the node, for developers whose machine is another one (``vaas deploy --build``).

uv runs as a command of an app does, in a confined process with a user of its own: it sees the interpreter, a folder
with the requirements and one to install in, and reaches the index and nothing else. Building a package runs its code,
so one build is done at a time, each in folders that are gone after it, and no cache is shared. What comes out is looked
at as an enemy's: plain files alone, within the bounds of every layer (``bundle_format/build_layer.py``). Put together
in ``bootstrap.py``. What it may be asked for: ``control/building.py``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import uv

from vaas.core.errors import TooMany
from vaas.core.policy import Limits, Permissions, Policy
from vaas.core.pool.program import Program
from vaas.core.spec import HostSpec
from vaas.core.units import format_size
from vaas.platform.bundle_format.archive import LIMITS
from vaas.platform.bundle_format.build_layer import ZIP, Facts, LayerTooLarge, zip_installed
from vaas.platform.bundle_format.installer import InstallFailed, last_lines
from vaas.platform.bundle_format.target import Target
from vaas.platform.bundles.interface import Bundles
from vaas.platform.reconciler.uids import give
from vaas.platform.store import disk_errors, private

GB = 1024**3
TIMEOUT = 15 * 60.0
"""Seconds: a large package that is built from source takes minutes."""
LIMITS_OF_A_BUILD = Limits(memory=4 * GB, disk=8 * GB, threads=1024, files=4096)
"""Compilers are hungry; what is installed is bounded by what a layer may have."""
QUEUE = 4
"""Builds that wait for the one under way, at most."""

PYPI, FILES_OF_PYPI = "https://pypi.org/simple", "files.pythonhosted.org:443"
INDEXES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
"""Variables of the node that name another index; the first one counts."""
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")

SPOOL = 1024 * 1024

Start = Callable[[HostSpec, float], Awaitable[Program]]


class TooManyBuilds(TooMany):
    """{count} builds wait on this node already. Try again in a few minutes, or build on a machine like the node's."""


class Index(NamedTuple):
    address: str
    hosts: tuple[str, ...]
    """``host:port`` of all that an installer must reach."""
    secret: bool
    """Its address has a password, so no package may run code that could read it."""


def index_of(environ: Mapping[str, str]) -> Index:
    """The index that the node's environment names, or PyPI."""
    address = next((environ[name] for name in INDEXES if environ.get(name)), PYPI)
    parts = urlsplit(address)
    host = f"{parts.hostname}:{parts.port or (80 if parts.scheme == 'http' else 443)}"
    return Index(address, (host, FILES_OF_PYPI) if parts.hostname == "pypi.org" else (host,), "@" in parts.netloc)


class LayerBuilder:
    def __init__(self, folder: Path, start: Start, bundles: Bundles, uid: int, environ: Mapping[str, str]) -> None:
        """``folder`` is for what a build needs meanwhile; ``uid`` the user that builds, 0 for the node's own."""
        self._folder, self._start, self._bundles = folder, start, bundles
        self._uid, self._environ = uid, environ
        self._one = asyncio.Semaphore(1)
        self._waiting = 0

    def lay_out(self) -> None:
        """Makes its folder, without what an earlier node has left there."""
        shutil.rmtree(self._folder, ignore_errors=True)
        private.folder(self._folder, disk_errors.WAY)

    async def build(self, lines: list[str]) -> Facts:
        """The layer with what these lines resolve to here, which is in the bundle store then.

        Raises ``InstallFailed``, ``TooManyBuilds``, ``LayerUnfit``, ``LayerTooLarge``, and what the bundle store and
        starting a process raise.
        """
        if self._waiting > QUEUE:
            raise TooManyBuilds(count=QUEUE)
        self._waiting += 1
        try:
            async with self._one:
                return await self._build(lines)
        finally:
            self._waiting -= 1

    async def _build(self, lines: list[str]) -> Facts:
        work = Path(tempfile.mkdtemp(dir=self._folder))
        work.chmod(disk_errors.WAY)
        try:
            await self._install(lines, work)
            facts = await asyncio.to_thread(_zipped, work, lines)
            await self._bundles.put(facts.digest, _chunks(work / ZIP), LIMITS.bundle)
            return facts
        finally:
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)

    async def _install(self, lines: list[str], work: Path) -> None:
        app, data = work / "app", work / "data"
        private.folder(app, 0o755)
        private.folder(data)
        give(data, self._uid)
        (app / "requirements.txt").write_text("".join(f"{line}\n" for line in lines))
        (app / "requirements.txt").chmod(0o444)
        program = await self._start(self._spec(lines, app, data), TIMEOUT)
        await program.feed(b"")
        said = b"".join([text async for _, text in program.output()])
        end = await program.finish()
        if end.code or not (data / "installed").is_dir():
            raise InstallFailed(said=end.reason or last_lines(said.decode(errors="replace")))

    def _spec(self, lines: list[str], app: Path, data: Path) -> HostSpec:
        index = index_of(self._environ)
        env = {name: self._environ[name] for name in CERTIFICATES if name in self._environ}
        permissions = Permissions(net=index.hosts, subprocess=True)
        return HostSpec(
            app="@build",
            release="",
            folder=str(app),
            data=str(data),
            tmp="",
            policy=Policy(code="trusted", permissions=permissions, limits=LIMITS_OF_A_BUILD),
            env={**env, "UV_DEFAULT_INDEX": index.address, "UV_NATIVE_TLS": "1", "UV_SYSTEM_CERTS": "1"},
            service="vaas.framework.serving.service",
            uid=self._uid,
            program=("sh", "-c", 'exec "$@" --target "$HOME/installed"', "sh", *_command(lines, index)),
        )


def _command(lines: list[str], index: Index) -> list[str]:
    hashed = ["--require-hashes"] if all(" --hash" in line for line in lines) else []
    built = ["--only-binary", ":all:"] if index.secret else []
    options = ["--no-cache", "--no-config", "--no-progress", "--link-mode", "copy", "--python", sys.executable]
    return [uv.find_uv_bin(), "pip", "install", *options, *hashed, *built, "--requirement", "requirements.txt"]


def _zipped(work: Path, lines: list[str]) -> Facts:
    installed = work / "data" / "installed"
    _keep_plain_files(installed)
    return zip_installed(installed, lines, Target.here(), work / ZIP)


def _keep_plain_files(installed: Path) -> None:
    """Removes links, pipes and devices, before anything is read. Raises ``LayerTooLarge``."""
    total = 0
    for top, folders, files in os.walk(installed):
        for name in (*folders, *files):
            found = os.lstat(os.path.join(top, name))
            if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
                os.unlink(os.path.join(top, name))
            total += found.st_size
    if total > LIMITS.total:
        raise LayerTooLarge(size=format_size(total), limit=format_size(LIMITS.total))


async def _chunks(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as stream:
        while data := await asyncio.to_thread(stream.read, SPOOL):
            yield data
