"""A real `vaas platform` in a process of its own, with a home of its own, and the real command line against it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import children, command_of, name_of, started

VAAS = str(Path(sys.executable).with_name("vaas"))
APPS = Path(__file__).with_name("apps")
NOT_HOSTS = ("vaas prefork", "vaas spare", "vaas zygote")
"""What a process calls itself that was forked ahead of need (``vaas/core/host/prefork.py``; *spare* in earlier
versions), or has just been forked."""
PATIENCE = 300.0
"""Seconds that one command may take."""


class Node:
    def __init__(self, home: Path, process: subprocess.Popen[str], command: str = VAAS) -> None:
        self.home = home
        self._command = command
        self.pid = process.pid
        self.environ = environ(home)
        self.gateway = self._address(process, "gateway")
        self.console = self._address(process, "console")
        self.environ["VAAS_PLATFORM"] = self.console

    def _address(self, process: subprocess.Popen[str], of: str) -> str:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"http://[\d.]+:\d+", line)
            if found and line.lstrip().lower().startswith(of):
                return found[0]
        raise RuntimeError(f"the platform did not start: {(self.home / 'platform.err').read_text()}")

    def vaas(self, *words: str) -> str:
        """What the command printed. Raises ``RuntimeError`` with what it said if it failed."""
        done = subprocess.run(
            [self._command, *words],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            raise RuntimeError(f"vaas {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def app(self, name: str, source: Path, manifest: str = "") -> Path:
        """A copy of an app's folder under another name, with more lines of manifest."""
        folder = self.home / "apps" / name
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "vaas.toml").write_text(f'name = "{name}"\n{manifest}')
        return folder

    def deploy(self, *folders: Path) -> None:
        self.vaas("deploy", *map(str, folders), "--grant")

    # --- what the kernel knows of it

    @property
    def zygote(self) -> int:
        """Its process id; 0 while there is none."""
        found = (pid for pid in children(self.pid) if "vaas.core.host.zygote" in command_of(pid))
        return next(found, 0)

    @property
    def hosts(self) -> list[int]:
        """The process ids of all hosts that live, without the one that waits for an app."""
        zygote = self.zygote
        found = {pid: name_of(pid) for pid in children(zygote)} if zygote else {}
        return [pid for pid, name in found.items() if name not in ("", *NOT_HOSTS)]


def environ(home: Path) -> dict[str, str]:
    """This one's, with a home of its own, so that nothing of the user's is read or written."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("VAAS_")}
    return {**mine, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache")}


@contextlib.contextmanager
def running(home: Path, vaas: str = VAAS) -> Iterator[Node]:
    """``vaas``: the command of an installation, this one's by default."""
    home.mkdir(parents=True, exist_ok=True)
    command = [vaas, "platform", "--data", str(home / "data"), "--listen", "127.0.0.1:0", "--console", "127.0.0.1:0"]
    with started(command, environ(home), home / "platform.err", home) as process:
        yield Node(home, process, vaas)
