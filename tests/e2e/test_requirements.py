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
