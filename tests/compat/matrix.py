"""Runs an app of ``apps/`` on a real platform: deploys it, asks it warm, ends its host, asks it cold.

Used by ``test_compat.py`` and by ``scripts/compatibility.py``, which writes the page.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.compat.asking import Caller
from tests.compat.case import Case
from tests.compat.servers import Servers
from tests.e2e.processes import hosts_of, name_of, wait_for_the_end_of
from tests.e2e.running import Running

PATIENCE = 240.0
"""Seconds for one deploy: the packages may have to be fetched, and others may use the machine."""

APPS = Path(__file__).with_name("apps")


UNREACHABLE = re.compile(
    r"Failed to fetch|dns error|Connection refused|network was disabled|Network is unreachable", re.I
)


class Refused(Exception):
    """The platform did not take the app; the message is what it said."""


class Unreachable(Exception):
    """Its packages cannot be fetched here."""


class Matrix:
    """One platform for all apps, whose packages come out of the user's own caches."""

    def __init__(self, home: Path) -> None:
        self.platform = Running(home)
        caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        self.platform.environ["XDG_CACHE_HOME"] = caches
        self.servers = Servers(home)

    def try_out(self, case: Case, code: str) -> None:
        """Raises ``Refused``, ``Unreachable``, or ``AssertionError`` with what was wrong."""
        name = case.app if code == "trusted" else f"{case.app}-r"
        caller = Caller(self.platform, name, self.servers.upstream)
        try:
            self._deploy(case, name, code)
            if case.prepare:
                case.prepare(caller)
                self._end_host(name)
            self._ask(case, caller)
            caller.http.cookies.clear()
            self._end_host(name)
            self._ask(case, caller)
        finally:
            caller.close()

    def _ask(self, case: Case, caller: Caller) -> None:
        for ask in case.asks:
            caller.fits(ask)
        if case.talk:
            case.talk(caller)

    def _deploy(self, case: Case, name: str, code: str) -> None:
        folder = self.platform.home / "apps" / name
        shutil.copytree(APPS / case.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
        manifest = (folder / "vaas.toml").read_text()
        manifest = re.sub('name = ".*"', f'name = "{name}"', manifest)
        manifest = manifest.replace('code = "trusted"', f'code = "{code}"')
        manifest = re.sub('entry = ".*"', f'entry = "{case.entry}"', manifest) if case.entry else manifest
        manifest = manifest.replace("127.0.0.1:1", self.servers.address(case.needs))
        (folder / "vaas.toml").write_text(manifest)
        if env := self.servers.environment(case.needs):
            self.platform.vaas("settings", name, "set", *(f"env.{key}={value}" for key, value in env.items()))
        done = self.platform.vaas("deploy", str(folder), "--grant", ok=False, timeout=PATIENCE)
        said = done.stdout + done.stderr
        if done.returncode and "cannot be installed" in said and UNREACHABLE.search(said):
            raise Unreachable(said.strip().splitlines()[-1])
        if done.returncode:
            raise Refused(said)

    def _end_host(self, name: str) -> None:
        """The next request finds the app cold."""
        for pid in hosts_of(self.platform):
            with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
                if name_of(pid) == f"vaas {name}"[:15]:
                    os.kill(pid, signal.SIGKILL)
                    wait_for_the_end_of(pid)


@contextmanager
def matrix(home: Path) -> Iterator[Matrix]:
    it = Matrix(home)
    it.platform.start()
    try:
        yield it
    finally:
        it.platform.stop()
        it.servers.stop()
