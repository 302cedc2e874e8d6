"""What ``vaas init`` writes: the files of a small project, with its name filled in."""

from __future__ import annotations

import re
import unicodedata

APP = '''\
"""{name}: change something, save, and look again."""

import vaas


@vaas.app
class {cls}:
    @vaas.get("/")
    async def index(self):
        return vaas.html("<h1>{name}</h1><p>It runs. Try <a href='hello/you'>hello/you</a>.</p>")

    @vaas.get("/hello/{{who}}")
    async def hello(self, who: str, loud: bool = False):
        vaas.log.info("greeting %s", who)
        greeting = f"hello {{who}}"
        return {{"greeting": greeting.upper() if loud else greeting}}

    @vaas.rpc
    async def add(self, a: int, b: int) -> int:
        return a + b
'''

MANIFEST = """\
name = "{name}"
exclude = ["tests/**", "pytest.ini", "README.md"]

# What the app may do beyond its own folder; granted at `vaas deploy`.
[permissions]
# net = ["api.example.com:443"]
# env = ["API_KEY"]

[limits]
timeout = "30s"
memory = "256MB"
"""

TEST = """\
from app import {cls}

from vaas.testing import Client


def test_it_greets_by_name():
    with Client({cls}) as client:
        assert client.get("/hello/ada").json() == {{"greeting": "hello ada"}}


def test_it_greets_loudly_when_asked():
    with Client({cls}) as client:
        assert client.get("/hello/ada?loud=true").json() == {{"greeting": "HELLO ADA"}}


def test_a_value_that_does_not_fit_is_refused():
    with Client({cls}) as client:
        assert client.get("/hello/ada?loud=maybe").status_code == 422
"""

PYTEST = """\
[pytest]
pythonpath = .
testpaths = tests
"""

README = """\
# {name}

    vaas dev       # runs it at http://127.0.0.1:8080/{name}/, with reload on save
    vaas check     # looks for mistakes without running anything
    pytest         # its tests, without a server; `pip install pytest` once, where vaas is installed
    vaas deploy    # to your platform, in a second
    vaas call {name}.add '{{"a": 1, "b": 2}}'
    vaas logs {name} -f
"""

GITIGNORE = """\
__pycache__/
.pytest_cache/
.venv/
.vaas/
.env
"""

TEMPLATES = {
    "app.py": APP,
    "vaas.toml": MANIFEST,
    "tests/test_app.py": TEST,
    "pytest.ini": PYTEST,
    "README.md": README,
    ".gitignore": GITIGNORE,
}


def app_name(text: str) -> str:
    """The nearest name an app can have: ``My Shop!`` → ``my-shop``, ``2024`` → ``app-2024``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()  # é → e
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not words:
        return "app"
    return (words if words[0].isalpha() else f"app-{words}")[:63].rstrip("-")


def files(name: str) -> dict[str, str]:
    """Paths in the project, and what stands there."""
    cls = "".join(word.capitalize() for word in name.split("-"))
    return {path: template.format(name=name, cls=cls) for path, template in TEMPLATES.items()}
