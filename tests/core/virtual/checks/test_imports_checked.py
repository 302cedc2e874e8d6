"""``check_folder`` finds every import that the machine would deny or not find, and none that it would give."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.checks.folder import Contents, check_folder, entry_problem
from vaas.core.virtual.machine import Machine


@pytest.fixture
def app(tmp_path: Path) -> Any:
    def write(files: dict[str, str]) -> str:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        return str(tmp_path)

    return write


def found(
    folder: str, code: Any = "restricted", bundled: tuple[str, ...] = (), entry: Any = None, **asked: Any
) -> list[tuple[str, int, str]]:
    policy = Policy(code=code, permissions=Permissions(**asked))
    violations = check_folder(folder, policy, Contents(("vaas",), frozenset(bundled), entry=entry))
    return [(it.file, it.line, it.rule) for it in violations]


REFUSED = [
    "import sqlite3",
    "def late():\n    import sqlite3",
    "class A:\n    async def late(self):\n        from sqlite3 import connect",
    "import importlib\nimportlib.import_module('sqlite3')",
    "from importlib import import_module\nimport_module('sqlite3.dbapi2')",
    "__import__('sqlite3')",
    "import sqlite3.dbapi2 as db",
    "from sqlite3 import dbapi2",
    "from logging import config",
    "import logging.handlers",
    "from concurrent.futures import process",
    "from urllib import request",
    "import xml.dom.minidom",
    "from xml import dom",
    "import json, sqlite3, re",
    "if __name__ != '__main__':\n    import sqlite3",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_an_import_that_will_be_denied_is_found_wherever_it_stands(app: Any, text: str) -> None:
    assert [rule for _, _, rule in found(app({"app.py": text}))] == ["denied-import"]


GIVEN = [
    "import json.decoder, collections.abc, os.path, xml.etree.ElementTree as tree",
    "from os import path\nfrom xml.etree import ElementTree\nfrom concurrent import futures",
    "from importlib import metadata",
    "from email.mime import text\nfrom http import HTTPStatus, cookies",
    "import vaas\nfrom vaas import get\nfrom vaas.testing import Client",
    "import pack\nimport pack.inner\nfrom pack import inner, here\nfrom pack.inner import there",
    "import web, web.client\nfrom web import client, anything\nfrom web.deep import x",
    "import importlib\nimportlib.import_module('json')\nimportlib.import_module('pack.inner')",
    "import importlib\nimportlib.import_module('.x', 'pack')",
    "if __name__ == '__main__':\n    import sqlite3, argparse",
    "import importlib\ntry:\n    importlib.import_module('sqlite3')\nexcept ImportError:\n    pass",
]  # fmt: skip
PACK = {
    "pack/__init__.py": "from .inner import there\nhere = 1",
    "pack/inner.py": "there = 1",
}


@pytest.mark.parametrize("text", GIVEN)
def test_an_import_that_will_succeed_is_no_violation(app: Any, text: str) -> None:
    folder = app({"app.py": text, **PACK})
    assert found(folder, bundled=("web",)) == []
    assert found(folder, "trusted", bundled=("web",)) == []


MISSING = [
    ("import flask", "missing-module"),
    ("def late():\n    import flask.views", "missing-module"),
    ("import pack.gone", "missing-module"),
    ("from pack import gone", "missing-name"),
    ("from pack.inner import gone", "missing-name"),
    ("from .pack import here", "relative-import"),
    ("from . import pack", "relative-import"),
    ("from plain import gone", "missing-name"),
]


@pytest.mark.parametrize(("text", "rule"), MISSING)
@pytest.mark.parametrize("code", ["restricted", "trusted"])
def test_an_import_of_what_is_not_there_is_found(app: Any, text: str, rule: str, code: str) -> None:
    wanted = "denied-import" if rule == "missing-module" and "flask" in text and code == "restricted" else rule
    folder = app({"app.py": text, **PACK, "plain/data.txt": ""})
    assert [it for _, _, it in found(folder, code)] == [wanted]


@pytest.mark.parametrize("text", ["from open import x", "from starred import x", "from late import x"])
def test_a_name_that_a_module_may_get_while_it_runs_is_no_violation(app: Any, text: str) -> None:
    files = {
        "open.py": "def __getattr__(name): return name",
        "starred.py": "from open import *",
        "late.py": "globals()['x'] = 1",
    }
    assert found(app({"app.py": text, **files}), "trusted") == []


def test_relative_imports_are_resolved_from_where_they_stand(app: Any) -> None:
    files = {
        "a/__init__.py": "from . import b\nfrom .b import c\nfrom .gone import x",
        "a/b/__init__.py": "from .. import b\nfrom ..b import c\nfrom ...a import b\nfrom .... import x",
        "a/b/c.py": "from . import c\nfrom ..b import gone",
    }
    assert found(app(files), "trusted") == [
        ("a/__init__.py", 3, "missing-module"),
        ("a/b/__init__.py", 3, "relative-import"),
        ("a/b/__init__.py", 4, "relative-import"),
        ("a/b/c.py", 2, "missing-name"),
    ]


def test_every_denied_import_of_all_files_is_told_at_once(app: Any) -> None:
    files = {
        "app.py": "import sqlite3, ctypes\nimport one\nimport numpy",
        "one.py": "import signal",
        "deep/two.py": "from mmap import mmap",
    }
    assert [(file, line) for file, line, _ in found(app(files))] == [
        ("app.py", 1), ("app.py", 1), ("app.py", 3), ("one.py", 1), ("deep/two.py", 1),
    ]  # fmt: skip


def test_what_is_missing_counts_only_where_a_start_comes_to(app: Any) -> None:
    files = {
        "main.py": "import shop\nSETTINGS = 'conf.settings'\nTASK = 'jobs.nightly:run'",
        "shop/__init__.py": "from .views import show",
        "shop/views.py": "import gone_from_views\nshow = 1",
        "conf/settings.py": "import gone_from_settings",
        "jobs/nightly.py": "import gone_from_jobs",
        "tests/test_shop.py": "import pytest",
        "tool.py": "import invoke",
    }
    folder = app(files)
    assert [file for file, _, _ in found(folder, "trusted", entry="main:app")] == [
        "conf/settings.py",
        "jobs/nightly.py",
        "shop/views.py",
    ]
    assert len(found(folder, "trusted")) == 5


def test_what_the_server_has_is_asked_for_by_the_manifest(app: Any) -> None:
    folder = app({"app.py": "import click"})
    assert found(folder, "trusted", modules=("click",)) == []
    assert found(folder, "trusted", modules=("*",)) == []
    assert [rule for *_, rule in found(folder, "trusted")] == ["missing-module"]
    assert [rule for *_, rule in found(app({"app.py": "import clack"}), modules=("clack",))] == ["missing-module"]


@pytest.mark.parametrize("text", [*REFUSED[:2], *REFUSED[3:9]])
def test_what_is_refused_fails_when_it_runs_with_the_same_words(app: Any, text: str) -> None:
    folder = app({"app.py": f"{text}\nlate = globals().get('late', lambda: None)\nlate()"})
    (violation,) = check_folder(folder, Policy())
    machine = Machine(folder)
    with pytest.raises(ImportError) as caught:
        machine.load("app")
    machine.close()
    why = violation.why.partition(": ")[2]
    assert why in str(caught.value)
    assert violation.remedy in str(caught.value)


ENTRIES = [
    ("app:App", ""),
    ("app:App()", ""),
    ("app:made.inner", ""),
    ("pack.inner:there", ""),
    ("pack:inner", ""),
    ("web.wsgi:application", ""),
    ("app:Nobody", "app.py defines no 'Nobody'"),
    ("app:Nobody()", "app.py defines no 'Nobody'"),
    ("gone:app", "the app has no module 'gone' (gone.py)"),
    ("pack.gone:app", "the app has no module 'pack.gone' (pack/gone.py)"),
    ("pack.inner:gone", "pack/inner.py defines no 'gone'"),
    ("json:loads", "the app has no module 'json' (json.py)"),
]


@pytest.mark.parametrize(("entry", "why"), ENTRIES)
def test_an_entry_that_does_not_exist_is_found(app: Any, entry: str, why: str) -> None:
    folder = app({"app.py": "class App: pass\nmade = App()", **PACK})
    assert entry_problem(folder, Policy(), Contents(bundled=frozenset({"web"}), entry=entry))[0] == why


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"app.py": "import vaas\n@vaas.app\nclass A: pass"}, ""),
        ({"app.py": "from vaas import app\n@app\nclass A: pass"}, ""),
        ({"app.py": "from pack import A", **PACK}, ""),
        ({"app.py": "x = 1"}, "app.py has no class with @vaas.app"),
        ({"main.py": "x = 1"}, "the app has no module 'app' (app.py)"),
    ],
)
def test_without_an_entry_there_is_an_app_class_in_app_py(app: Any, files: dict[str, str], why: str) -> None:
    assert entry_problem(app(files), Policy(), Contents(entry=""))[0] == why


@pytest.mark.parametrize("adds", ["import sys\nprint(sys.path)", "x = 1"])
def test_a_package_s_module_of_the_same_name_is_not_python_s(app: Any, adds: str) -> None:
    """As anyio, which speaks of sys.path, and Starlette, which has a types.py."""
    files = {"app.py": adds, "web/__init__.py": "", "web/types.py": "", "web/use.py": "from types import ModuleType"}
    assert found(app(files), "trusted", modules=["*"]) == []


def test_a_folder_that_code_adds_to_the_path_is_still_searched(app: Any) -> None:
    files = {"app.py": "import sys\nsys.path.insert(0, 'lib')\nimport helper", "lib/helper.py": ""}
    assert found(app(files), "trusted", modules=["*"]) == []


@pytest.mark.parametrize("text", ["\\ud800", "\\0", "a/b", "x" * 190, "\\ud800.b:c"])
def test_a_string_that_no_file_can_be_called_is_no_module(app: Any, text: str) -> None:
    folder = app({"app.py": f'import sqlite3\nSAID = "{text}"\n'})
    assert found(folder, entry="app:app") == [("app.py", 1, "denied-import")]
