"""`make run`'s script: every example answers, what was done is kept, and nothing stays behind however it is ended."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.docs.pages import ROOT
from tests.e2e.running import EXAMPLES
from tests.e2e.test_survival import children, wait_for_the_end_of

END = "Ctrl-C stops everything"


class Run:
    """One `make run`, up and with everything deployed."""

    def __init__(self, home: Path) -> None:
        environ = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
        environ.pop("VAAS_TOKEN", None)
        command = [sys.executable, "scripts/run.py", "--data", str(home / "data")]
        command += ["--listen", "127.0.0.1:0", "--console", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if END in line:
                return
        raise AssertionError(self.said)

    def address(self, name: str) -> str:
        found = re.search(rf"^{name} +(http://\S+)", self.said, re.MULTILINE)
        assert found, self.said
        return found[1]

    def end(self, how: signal.Signals) -> str:
        """What it said at its end."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=30)
        return said


@contextmanager
def run(home: Path) -> Iterator[Run]:
    started = Run(home)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.end(signal.SIGTERM)


def descendants(pid: int) -> list[int]:
    below = children(pid)
    return below + [pid for child in below for pid in descendants(child)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda how: how.name)
def test_it_deploys_every_example_and_leaves_no_process(tmp_path: Path, how: signal.Signals):
    with run(tmp_path) as started:
        assert "Not deployed" not in started.said
        for folder in EXAMPLES.glob("**/vaas.toml"):
            assert f"{folder.parent.name} v1 is ready" in started.said
        [url] = re.findall(r"curl (http://\S+)", started.said)
        assert httpx.get(url, timeout=20).json() == {"hello": "world"}
        left = descendants(started.process.pid)
        assert len(left) > 2
        assert "Stopping" in started.end(how)
    assert started.process.returncode == 0
    for pid in left:
        wait_for_the_end_of(pid)


def test_a_second_run_finds_what_the_first_left(tmp_path: Path):
    with run(tmp_path) as first:
        httpx.post(f"{first.address('gateway')}/notes/api/notes", json={"text": "keep me"}, timeout=20)
    with run(tmp_path) as second:
        assert "hello is already deployed as v1: nothing to do." in second.said
        assert "keep me" in httpx.get(f"{second.address('gateway')}/notes/api/notes", timeout=20).text


def test_a_port_in_use_ends_it_with_the_way_out(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = f"127.0.0.1:{listener.getsockname()[1]}"
        command = [sys.executable, "scripts/run.py", "--data", str(tmp_path / "data"), "--listen", taken]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert "make run LISTEN=" in done.stderr
