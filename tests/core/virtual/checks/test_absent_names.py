"""A name that restricted code lacks is found by the check, however it is reached, and refused in the same words."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaas.core.policy import Permissions, Policy
from vaas.core.restrict.violations import Violation
from vaas.core.virtual.checks.folder import check_folder
from vaas.core.virtual.machine import Machine

WAYS = [
    "from os import fork",
    "from os import fork as f",
    "from os import getcwd, fork",
    "import os\nos.fork",
    "import os as x\nx.fork()",
    "import os\ngetattr(os, 'fork')",
    "import os\nsame = os\nsame.fork()",
    "import os\ndef f():\n    return os.fork()\nf()",
    "import os\nclass A:\n    pid = os.fork()",
    "import os\n[os.fork() for _ in 'x']",
    "import os\n(lambda: os.fork())()",
    "def f():\n    import os as x\n    def g():\n        return x.fork()\n    return g()\nf()",
    "import importlib\nimportlib.import_module('os').fork",
    "import os\nif hasattr(os, 'getcwd'):\n    os.fork()",
    "import os\nx: int = os.fork()",
    "import os\n@os.fork\ndef f(): pass",
    "import os\ndef f(x=os.fork): pass",
    "import os\ntry:\n    os.fork()\nexcept ValueError:\n    pass",
    "from sys import _getframe",
    "import types\ndef f(x: types.new_class): pass",
    "import os.path\nos.fork",
    "import xml.etree.ElementTree as tree\ntree.dump(1)",
    "from importlib import metadata\nmetadata.entry_points()",
]  # fmt: skip


def checked(folder: Path, text: str, policy: Policy = Policy()) -> list[Violation]:  # noqa: B008  # frozen
    (folder / "app.py").write_text(text)
    return check_folder(str(folder), policy)


@pytest.mark.parametrize("text", WAYS)
def test_a_name_that_is_left_out_is_found_and_fails_in_the_same_words(tmp_path: Path, text: str) -> None:
    (violation,) = checked(tmp_path, text)
    assert violation.rule == "absent-name"
    machine = Machine(tmp_path)
    with pytest.raises((AttributeError, ImportError)) as caught:
        machine.load("app")
    machine.close()
    assert f"{violation.why}: {violation.remedy}" in str(caught.value)


OTHER = [
    "import os\nos.getcwd(), os.path.join, os.environ.get",
    "import os\nif hasattr(os, 'fork'):\n    os.fork()",
    "import os\nhasattr(os, 'fork') and os.fork()",
    "import os\ngetattr(os, 'fork', None)",
    "import os\ntry:\n    os.fork()\nexcept AttributeError:\n    pass",
    "try:\n    from os import fork\nexcept ImportError:\n    fork = None",
    "import os\nif False and os:\n    pass\nos = type('x', (), {'fork': 1})\nos.fork",
    "import os\ndef f(os):\n    os.fork()",
    "import os\ndef f():\n    for os in ():\n        os.fork()",
    "import os\nf = [os.fork for os in ()]",
    "import os\ndef f(x):\n    with x as os:\n        os.fork()",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from types import new_class",
    "from __future__ import annotations\nimport types\ndef f(x: types.new_class) -> types.new_class: pass",
    "import types\ndef f():\n    x: types.new_class = 1",
    "import os\ndef f():\n    os.no_such_name_in_python",
    "import collections, xml\ncollections.abc.Sized\nimport xml.etree.ElementTree\nxml.etree.ElementTree.fromstring",
    "class Own:\n    fork = 1\nos = Own()\nos.fork",
]  # fmt: skip


@pytest.mark.parametrize("text", OTHER)
def test_what_is_there_or_asked_about_or_something_else_is_no_violation(tmp_path: Path, text: str) -> None:
    assert checked(tmp_path, text) == []


def test_the_own_module_of_a_library_s_name_is_the_app_s(tmp_path: Path) -> None:
    (tmp_path / "types.py").write_text("new_class = 1")
    assert checked(tmp_path, "import types\nfrom types import new_class\ntypes.new_class") == []


def test_trusted_code_has_every_name(tmp_path: Path) -> None:
    assert checked(tmp_path, "import os\nos.fork\nfrom types import new_class", Policy(code="trusted")) == []


def test_granted_modules_of_python_are_looked_into_too(tmp_path: Path) -> None:
    policy = Policy(permissions=Permissions(modules=("sqlite3",)))
    assert checked(tmp_path, "import sqlite3\nsqlite3.connect\nfrom sqlite3 import Row", policy) == []


def test_a_violation_names_file_line_rule_reason_and_remedy(tmp_path: Path) -> None:
    (violation,) = checked(tmp_path, "import os\n\nos.fork()")
    file, rule, why, remedy = str(violation).split(": ", 3)
    assert (file, rule) == ("app.py:3", "absent-name")
    assert why.startswith("restricted code has no os.fork")
    assert remedy.endswith('or ask for code = "trusted" in vaas.toml')
