"""A real platform in a process of its own, and the real command line against it: what a user has, in a test."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests import uids

VAAS = str(Path(sys.executable).with_name("vaas"))
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Running:
    """One `vaas platform`. ``home`` holds its data and its user's configuration."""

    def __init__(self, home: Path, *words: str, through: tuple[str, ...] = ()) -> None:
        """``words``: more options of the command; ``through``: a program that starts it, with that program's own."""
        self._words, self._through = words, through
        self.home = home
        uids.reserve(home / "data")
        self.environ = {**os.environ, "XDG_CONFIG_HOME": str(home / "config"), "HOME": str(home)}
        self.environ.pop("VAAS_TOKEN", None)
        self.gateway = self.console = ""
        self._listen = self._console_at = "127.0.0.1:0"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [*self._through, VAAS, "platform", "--data", str(self.home / "data")]
        command += ["--listen", self._listen, "--console", self._console_at, *self._words]
        errors = (self.home / "platform.err").open("a")
        self.process = subprocess.Popen(
            command, env=self.environ, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
        errors.close()
        self._read_addresses()
        # The same addresses after a restart, as on a server.
        self._listen, self._console_at = self.gateway.removeprefix("http://"), self.console.removeprefix("http://")
        self.environ["VAAS_PLATFORM"] = self.console

    def _read_addresses(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.gateway = self.console = ""
        said = []
        while not (self.gateway and self.console):
            line = self.process.stdout.readline()
            said.append(line)
            assert line, "".join(said) + (self.home / "platform.err").read_text()
            found = re.search(r"http://[\d.]+:\d+", line)
            if found and line.lstrip().lower().startswith("gateway"):
                self.gateway = found[0]
            elif found and line.lstrip().lower().startswith("console"):
                self.console = found[0]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def vaas(
        self, *words: str, ok: bool = True, stdin: str = "", cwd: Path | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command line as this platform's user. ``ok``: it must succeed."""
        done = subprocess.run(
            [VAAS, *words],
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=cwd or self.home,
        )
        if ok:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def json(self, *words: str) -> Any:
        return json.loads(self.vaas(*words, "--json").stdout)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.gateway + path, timeout=20, **options)

    def app(self, name: str, code: str, manifest: str = "") -> Path:
        """A folder with an app of this code, ready to be deployed; called again, it is changed."""
        folder = self.home / "apps" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "app.py").write_text(code)
        (folder / "vaas.toml").write_text(f'name = "{name}"\n{manifest}')
        return folder

    def bring(self, folder: Path, *packages: str) -> None:
        """Puts packages of this environment into an app's folder, as they are: no network is needed for them."""
        for name in packages:
            source = Path(importlib.import_module(name).__file__ or "")
            if source.name != "__init__.py":
                shutil.copy(source, folder)
                continue
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source.parent, folder / name, ignore=ignored, dirs_exist_ok=True)

    def deploy(self, name: str, code: str, manifest: str = "") -> Path:
        folder = self.app(name, code, manifest)
        self.vaas("deploy", str(folder), "--grant")
        return folder


@contextmanager
def running(home: Path, *words: str, through: tuple[str, ...] = ()) -> Iterator[Running]:
    platform = Running(home, *words, through=through)
    platform.start()
    try:
        yield platform
    finally:
        if platform.process is not None and platform.process.poll() is None:
            platform.stop()
