"""Variables that change how programs start reach neither a host nor what it starts, by whatever way they came in."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.e2e.running import Running

APP = """
import json, os, subprocess, sys
import vaas


@vaas.app
class Shop:
    @vaas.get("/")
    def home(self):
        child = "import json, os, sys; print(json.dumps([dict(os.environ), sys.flags.inspect, sys.path]))"
        done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True)
        return {"own": dict(os.environ), "child": json.loads(done.stdout or "[{}, 0, []]"), "said": done.stderr}

    @vaas.get("/git")
    def git(self):
        os.makedirs("/data/bin", exist_ok=True)
        with open("/data/bin/git", "w") as file:
            file.write("#!/bin/sh\\ncat /etc/shadow || echo refused\\n")
        os.chmod("/data/bin/git", 0o755)
        try:
            done = subprocess.run(["git"], capture_output=True, text=True)
        except OSError as error:
            return "not started: " + str(error)
        return done.stdout + done.stderr

    @vaas.get("/shell")
    def shell(self):
        with open("/data/start.sh", "w") as file:
            file.write("echo hijacked\\n")
        return subprocess.run(["/bin/sh", "-c", "echo plain"], capture_output=True, text=True).stdout
"""
ASKS = 'code = "trusted"\n[permissions]\nsubprocess = true\n'
SMUGGLED = {
    "LD_PRELOAD": "/data/evil.so",
    "GLIBC_TUNABLES": "glibc.malloc.check=3",
    "PYTHONPATH": "/data/evil",
    "PYTHONINSPECT": "1",
    "OPENSSL_CONF": "/data/evil.cnf",
    "BASH_ENV": "/data/evil.sh",
}


@pytest.mark.parametrize("name", [*SMUGGLED, "PYTHONSTARTUP", "LOCPATH", "MALLOC_CHECK_", "GIT_SSH_COMMAND"])
def test_no_command_gives_an_app_such_a_variable(platform: Running, name: str):
    platform.app("refused", APP, ASKS)
    for words in (("settings", "refused", "set", f"env.{name}=/data/x"), ("grant", "refused", f"env={name}")):
        done = platform.vaas(*words, ok=False)
        assert (done.returncode, f"{name} is given to no app" in done.stderr) == (1, True), done.stderr
    folder = platform.app("refused", APP, f'{ASKS}env = ["{name}"]\n')
    done = platform.vaas("deploy", str(folder), "--grant", ok=False)
    assert (done.returncode, f"{name} is given to no app" in done.stderr + done.stdout) == (1, True), done.stderr


@pytest.mark.untraced
def test_what_an_earlier_version_let_in_reaches_neither_a_host_nor_what_it_starts(own_platform: Running):
    own_platform.deploy("shop", APP, ASKS)
    own_platform.vaas("settings", "shop", "set", "env.MODE=dark")
    own_platform.stop()
    with closing(sqlite3.connect(own_platform.home / "data" / "config.sqlite")) as database, database:
        for key, value in database.execute("SELECT key, value FROM entries WHERE key LIKE '%/shop%'").fetchall():
            document = json.loads(value)
            if document.get("env"):
                document["env"] |= SMUGGLED
                database.execute("UPDATE entries SET value = ? WHERE key = ?", (json.dumps(document).encode(), key))
    own_platform.start()
    assert SMUGGLED.items() <= own_platform.json("settings", "shop")["env"].items()
    seen = own_platform.get("/shop/").json()
    assert seen["own"]["MODE"] == seen["child"][0]["MODE"] == "dark"
    for environ in (seen["own"], seen["child"][0]):
        assert not SMUGGLED.items() & environ.items()
    assert (seen["child"][1], "/data/evil" in seen["child"][2], seen["said"]) == (0, False, "")


def test_where_programs_are_looked_for_and_what_interactive_shells_read_change_no_confinement(platform: Running):
    platform.deploy("paths", APP, ASKS)
    platform.vaas("settings", "paths", "set", "env.PATH=/data/bin:/usr/bin:/bin", "env.ENV=/data/start.sh")
    assert platform.get("/paths/shell").text == "plain\n"
    answer = platform.get("/paths/git").text
    assert answer.startswith(("usage: git", "refused", "not started")) or "refused" in answer
    assert "root:" not in answer
