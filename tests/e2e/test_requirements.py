"""What is listed in requirements is the app's own choice: real packages, a real check, a real deploy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.running import Running

FLASK = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    import werkzeug.http
    return werkzeug.http.dump_cookie("a", "b")
"""

RESTRICTED = """
import importlib
import vaas
from itsdangerous import URLSafeSerializer

@vaas.app
class Signs:
    @vaas.get("/")
    async def sign(self):
        import markupsafe
        jinja2 = importlib.import_module("jinja2")
        signed = URLSafeSerializer("key").dumps("it")
        return {"back": URLSafeSerializer("key").loads(signed), "safe": str(markupsafe.escape("<")),
                "made": jinja2.Template("{{ x }}").render(x=1)}
"""


def folder(platform: Running, name: str, code: str, requirements: str, manifest: str) -> Path:
    made = platform.app(name, code, manifest)
    (made / "requirements.txt").write_text(requirements)
    return made


@pytest.mark.parametrize("code", ["", "\n[permissions]\nnet = []\n"])
def test_a_first_flask_app_needs_two_lines(platform: Running, code: str):
    made = folder(platform, "first", FLASK, "flask==3.1.3\n", f'entry = "app:app"\ncode = "trusted"\n{code}')
    assert "Nothing wrong" in platform.vaas("check", cwd=made).stdout
    platform.vaas("deploy", "--grant", cwd=made)
    assert platform.get("/first/").text == "a=b; Path=/"


def test_restricted_code_asks_for_its_packages_by_listing_them(platform: Running):
    made = folder(platform, "signs", RESTRICTED, "itsdangerous==2.2.0\njinja2==3.1.6\n", "")
    assert "Nothing wrong" in platform.vaas("check", cwd=made).stdout
    waiting = platform.vaas("deploy", cwd=made, ok=False)
    assert waiting.returncode == 1
    assert "+ packages: itsdangerous, jinja2" in waiting.stderr
    platform.vaas("grant", "signs", "packages=itsdangerous,jinja2")
    assert platform.get("/signs/").json() == {"back": "it", "safe": "&lt;", "made": "1"}
    platform.vaas("grant", "signs", "--remove", "packages=jinja2")
    assert platform.get("/signs/").status_code == 500
    assert "'markupsafe': its package is in the bundle, and was not granted" in platform.vaas("logs", "signs").stdout


def test_what_will_be_denied_or_is_missing_is_said_before_anything_moves(platform: Running):
    made = folder(platform, "wrong", "import flask\n\ndef late():\n    import sqlite3, ctypes\n", "", "")
    for verb in ("check", "deploy"):
        said = platform.vaas(verb, cwd=made, ok=False)
        told = (said.stdout + said.stderr).splitlines()
        assert [line.partition(": ")[0] for line in told if line.startswith("app.py")] == [
            "app.py:1",
            "app.py:4",
            "app.py:4",
        ]
        assert said.returncode == 1
    assert "wrong" not in platform.vaas("apps").stdout


PINNED = """
import msgspec
import psutil
import tzdata
import vaas
from starlette.applications import Starlette

class Point(msgspec.Struct):
    x: int

@vaas.app
class Pinned:
    @vaas.get("/")
    def versions(self):
        return {"tzdata": tzdata.IANA_VERSION, "psutil": psutil.version_info,
                "json": msgspec.json.encode(Point(1)).decode(),
                "starlette has on_event": hasattr(Starlette, "on_event")}
"""


def test_the_versions_that_restricted_code_pins_are_those_it_gets_and_a_redeploy_changes_them(platform: Running):
    """Also of what the platform has itself, and of C code."""
    first = "tzdata==2023.3\npsutil==5.9.8\nmsgspec==0.19.0\nstarlette==0.40.0\n"
    second = "tzdata==2024.1\npsutil==6.1.1\nmsgspec==0.20.0\nstarlette==1.10.0\n"
    seen = []
    for lines in (first, second):
        made = folder(platform, "pinned", PINNED, lines, "")
        assert "Nothing wrong" in platform.vaas("check", cwd=made, timeout=120).stdout
        platform.vaas("deploy", "--grant", cwd=made, timeout=120)
        seen.append(platform.get("/pinned/").json())
    assert seen == [
        {"tzdata": "2023c", "psutil": [5, 9, 8], "json": '{"x":1}', "starlette has on_event": True},
        {"tzdata": "2024a", "psutil": [6, 1, 1], "json": '{"x":1}', "starlette has on_event": False},
    ]


@pytest.mark.parametrize("code", ["restricted", "trusted"])
def test_a_package_that_doubles_a_module_of_python_s_is_told_before_anything_moves(platform: Running, code: str):
    name = f"doubled-{code}"
    made = folder(platform, name, PLAIN, "graphlib_backport==1.1.0\n", f'code = "{code}"\n')
    words = "requirements.txt: library-module: a package brings the module graphlib, which Python has itself"
    checked = platform.vaas("check", cwd=made, ok=False)
    assert (checked.returncode, checked.stdout.startswith(words)) == (1, True)
    assert f"warning: {words}" in platform.vaas("deploy", "--grant", cwd=made).stderr
    assert platform.get(f"/{name}/").text == "python's"


@pytest.mark.parametrize("line", ["dataclasses==99", "json"])
def test_a_requirement_that_is_python_s_own_and_cannot_be_installed_says_to_leave_it_out(platform: Running, line: str):
    made = folder(platform, "needless", PLAIN, f"# what it needs\n{line}\n", "")
    name = line.partition("=")[0]
    words = f"requirements.txt:2: library-module: {name} is a module of Python's own library, which every app has"
    for verb in ("check", "deploy"):
        said = platform.vaas(verb, cwd=made, ok=False)
        assert said.returncode == 1
        assert words in said.stdout + said.stderr
    assert "needless" not in platform.vaas("apps").stdout


PLAIN = """
import graphlib
import vaas

@vaas.app
class Plain:
    @vaas.get("/")
    def whose(self):
        return "python's" if "node" in graphlib.TopologicalSorter.add.__doc__ else "another"
"""
