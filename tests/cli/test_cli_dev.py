"""``vaas dev`` as a developer has it: the real command, the real engine, a folder that is changed."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from vaas.platform.auth import kept_tokens

VAAS = str(Path(sys.executable).with_name("vaas"))
PATIENCE = 20.0
"""Seconds until a line that does not come counts as missing: ample, so that a busy machine fails no test."""


class Dev:
    """One `vaas dev`, with what it prints line by line."""

    def __init__(self, *words: object) -> None:
        command = [VAAS, "dev", *map(str, words), "--port", "0", "--console-port", "0"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.said: list[str] = []
        addresses = self.until(r"gateway (\S+), console (\S+?)\. ")
        self.gateway, self.console = addresses[1], addresses[2]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, pattern: str) -> re.Match[str]:
        """Waits for a line in which that is found."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                pytest.fail(f"{pattern} did not come; it said:\n{''.join(self.said)}")
            self.said.append(line)
            if found := re.search(pattern, line):
                return found

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.gateway + path, timeout=PATIENCE)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def shop(tmp_path, monkeypatch, alone) -> Path:
    monkeypatch.chdir(tmp_path)
    alone("init", "shop")
    return tmp_path / "shop"


@pytest.fixture
def dev(shop):
    dev = Dev("shop")
    try:
        dev.until("shop v1 in ")
        yield dev
    finally:
        dev.stop()


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_a_new_project_runs_at_once_and_a_saved_change_answers(dev, shop):
    assert dev.get("/shop/hello/ada").json() == {"greeting": "hello ada"}
    change(shop / "app.py", "hello {who}", "welcome {who}")
    dev.until("shop v2 in ")
    assert dev.get("/shop/hello/ada").json() == {"greeting": "welcome ada"}


def test_what_the_app_logs_is_shown(dev):
    dev.get("/shop/hello/ada")
    assert re.search(r"shop [\d:.]+ v1 w\d \S+ info", dev.until("greeting ada").string)


def test_each_request_is_a_line_whatever_became_of_it(dev):
    dev.get("/shop/hello/ada?loud=true")
    dev.until(r"^[\d:.]+ \S+ GET /shop/hello/ada\?loud=true 200 in [\d.]+ms$")
    dev.get("/nowhere")
    dev.until(r" GET /nowhere 404 in ")


COUNTING = """
import pathlib
import vaas

@vaas.app
class Shop:
    @vaas.get("/count")
    async def count(self):
        file = pathlib.Path("/data/count")
        file.write_text(file.read_text() + "x" if file.exists() else "x")
        return [len(file.read_text()), vaas.env.get("MODE")]
"""


def test_data_are_kept_between_runs_and_variables_come_from_the_env_file(shop):
    (shop / "app.py").write_text(COUNTING)
    (shop / ".env").write_text("MODE=dark\n")
    for count, mode in ((1, "dark"), (2, "light")):
        dev = Dev("shop")
        try:
            dev.until("shop v1 in ")
            assert dev.get("/shop/count").json() == [count, "dark"]
            (shop / ".env").write_text(f"MODE={mode}\n")
            if mode != "dark":
                dev.until("shop runs with the .env of now")
                assert dev.get("/shop/count").json() == [count + 1, mode]
        finally:
            dev.stop()


def test_a_log_or_a_database_that_is_written_makes_no_release(dev, shop):
    for name in ("app.log", "shop.db", "shop.db-wal"):
        (shop / name).write_text("written while it runs")
    change(shop / "app.py", "hello {who}", "welcome {who}")
    dev.until("shop v2 in ")
    assert not any(" v3 in " in line for line in dev.said)


def test_broken_code_is_shown_and_the_last_good_code_goes_on_answering(dev, shop):
    change(shop / "app.py", "import vaas", "import vaas\n\n1 / 0")
    dev.until("shop v2 is broken:")
    dev.until(r"app\.py:\d+: ZeroDivisionError")
    dev.until("v1 still answers")
    assert dev.get("/shop/hello/ada").json() == {"greeting": "hello ada"}
    change(shop / "app.py", "1 / 0", "def f(:")
    dev.until(r"shop/app\.py:\d+: syntax: ")
    assert dev.get("/shop/hello/ada").status_code == 200
    change(shop / "app.py", "def f(:", "")
    change(shop / "app.py", "hello {who}", "again {who}")
    dev.until(r"shop v\d+ in ")
    assert dev.get("/shop/hello/ada").json() == {"greeting": "again ada"}


def test_a_manifest_that_is_broken_while_it_runs_is_shown_with_its_line(dev, shop):
    (shop / "vaas.toml").write_text('name = "shop"\nwrkers = 3\n')
    dev.until(r"shop/vaas\.toml:2: wrkers: unknown key")
    assert dev.get("/shop/hello/ada").status_code == 200


def test_an_exception_is_in_the_answer_with_its_traceback(dev, shop):
    change(shop / "app.py", "greeting = ", "1 / 0\n        greeting = ")
    dev.until("shop v2 in ")
    answer = dev.get("/shop/hello/ada")
    assert (answer.status_code, "ZeroDivisionError" in answer.text) == (500, True)


def test_the_other_verbs_find_it_while_it_runs_and_nothing_is_left_afterwards(dev, alone, monkeypatch):
    monkeypatch.setenv("VAAS_PLATFORM", dev.console)
    assert alone("call", "shop.add", '{"a": 1, "b": 2}').stdout == "3\n"
    assert alone("apps").stdout.splitlines()[1].startswith("shop ")
    assert dev.stop() == 0
    assert kept_tokens.load(dev.console) is None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_end_leaves_no_process(shop, how):
    dev = Dev("shop")
    dev.until("shop v1 in ")
    dev.get("/shop/hello/ada")
    assert dev.stop(how) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(dev.process.pid, 0)  # it had a session, and so a process group, of its own


def test_all_that_an_app_asks_for_is_granted_and_that_is_said(shop):
    (shop / "vaas.toml").write_text('name = "shop"\n[permissions]\nnet = ["api.example.com:443"]\n')
    dev = Dev("shop")
    try:
        dev.until("shop is granted all that it asks for: net=api.example.com:443")
        dev.until("shop v1 in ")
    finally:
        dev.stop()


def test_several_apps_run_together_and_each_is_renewed_alone(shop, alone):
    alone("init", "billing")
    dev = Dev("shop", "billing")
    try:
        for name in ("billing", "shop"):
            dev.until(f"{name} v1 in ")
        change(shop / "app.py", "hello {who}", "welcome {who}")
        dev.until("shop v2 in ")
        assert dev.get("/shop/hello/ada").json() == {"greeting": "welcome ada"}
        assert dev.get("/billing/hello/ada").json() == {"greeting": "hello ada"}
        assert not any("billing v2" in line for line in dev.said)
    finally:
        dev.stop()


@pytest.mark.parametrize(("option", "other"), [("--port", "--console-port"), ("--console-port", "--port")])
def test_a_port_in_use_is_an_error_that_names_a_free_one(shop, option, other):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [VAAS, "dev", "shop", other, "0", option, str(port)], capture_output=True, text=True, timeout=PATIENCE
        )
    assert done.returncode == 1
    suggested = re.search(rf"127\.0\.0\.1:{port} is in use.*`{option} (\d+)` is free", done.stderr)
    assert suggested, done.stderr
    socket.create_server(("127.0.0.1", int(suggested[1]))).close()


def test_the_platforms_port_in_use_is_an_error_that_names_a_free_one(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        command = [VAAS, "platform", "--data", str(tmp_path / "data"), "--console", "127.0.0.1:0", "--listen", address]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert re.search(rf"{address} is in use.*`--listen 127\.0\.0\.1:\d+` is free", done.stderr), done.stderr
