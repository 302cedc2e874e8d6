# ruff: noqa: E501  (app code stands in one line)
"""What an app may import is one decision; what it is with_app_paths when it may not names the place and the remedy."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.errors import NotAllowed
from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.errors import ImportDenied, ModuleMissing
from vaas.core.virtual.import_decision import decide, granted
from vaas.core.virtual.stdlib.tables import GRANTABLE, SAFE, UNRESTRICTABLE

names = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,2}", fullmatch=True)


def verdict(
    name: str,
    code: Any = "restricted",
    own: bool = False,
    bundled: bool = False,
    replaced: bool = False,
    listed: bool = False,
    **more: Any,
) -> str:
    policy = Policy(code=code, permissions=Permissions(**more))
    return decide(name, policy, own=own, bundled=bundled, replaced=replaced, listed=listed).action


@given(names, st.booleans(), st.booleans())
def test_a_replaced_module_is_always_replaced_and_an_own_one_always_loaded(name: str, own: bool, bundled: bool) -> None:
    assert verdict(name, own=own, bundled=bundled, replaced=True) == "replace"
    assert verdict(name, own=True, bundled=bundled) == "load"


@given(names)
def test_nothing_beyond_the_safe_library_comes_without_a_grant(name: str) -> None:
    assert (verdict(name) == "deny") is (name not in SAFE)


@given(names, st.booleans())
def test_trusted_code_may_import_every_module_without_asking(name: str, bundled: bool) -> None:
    assert verdict(name, "trusted", bundled=bundled) != "deny"


def test_a_safe_module_is_real_in_trusted_code_and_a_facade_in_restricted_code() -> None:
    assert (verdict("json", "trusted"), verdict("json")) == ("share", "facade")
    assert (verdict("os", "trusted"), verdict("os")) == ("facade", "facade")


def test_a_bundled_package_is_shared_when_it_is_granted_and_not_else() -> None:
    assert verdict("httpx", bundled=True) == "deny"
    assert verdict("httpx", bundled=True, modules=("httpx",)) == "share"
    assert verdict("httpx", bundled=True, listed=True) == "share"


@pytest.mark.parametrize("name", ["socket", "sqlite3", "subprocess", "ctypes", "email.generator", "webbrowser"])
def test_a_listed_package_with_the_name_of_a_module_of_python_opens_none(name: str) -> None:
    assert verdict(name, bundled=True, listed=True) == "deny"


@pytest.mark.parametrize("name", ["_cffi_backend", "cffi", "cffi.api"])
def test_a_listed_package_that_undoes_restricted_code_stays_closed(name: str) -> None:
    assert verdict(name, bundled=True, listed=True) == "deny"


@pytest.mark.parametrize("name", sorted(UNRESTRICTABLE))
def test_no_grant_gives_restricted_code_what_would_undo_it(name: str) -> None:
    assert verdict(name, modules=("*", name)) == "deny"
    assert verdict(name, "trusted", modules=(name,)) == "share"


@pytest.mark.parametrize(
    "name", ["importlib.machinery", "asyncio.events", "json.tool", "copyreg", "encodings", "webbrowser", "pathlib._abc"]
)
def test_what_was_not_reviewed_of_python_s_library_cannot_be_granted_to_restricted_code(name: str) -> None:
    assert verdict(name, modules=("*", name, name.partition(".")[0])) == "deny"
    assert verdict(name, "trusted", modules=(name,)) == "share"


@pytest.mark.parametrize("name", sorted(GRANTABLE))
def test_what_was_read_may_be_granted(name: str) -> None:
    assert verdict(name) == "deny"
    assert verdict(name, modules=(name,)) == "share"


def test_sockets_need_the_net_permission_too() -> None:
    assert verdict("socket", modules=("socket",)) == "deny"
    assert verdict("socket", modules=("socket",), net=("a.example:443",)) == "share"
    assert verdict("subprocess", modules=("*",)) == "deny"
    assert verdict("subprocess", modules=("*",), subprocess=True) == "share"


def test_a_grant_covers_the_package_s_own_modules_and_no_namesake() -> None:
    policy = Policy(permissions=Permissions(modules=("yaml", "a.b")))
    assert [granted(it, policy) for it in ("yaml", "yaml.nodes", "yamlx", "a", "a.b.c")] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_a_denied_import_names_the_module_the_line_and_the_key_that_asks(apps: Any) -> None:
    machine = apps("x = 1\n\nimport sqlite3", code="restricted")
    with pytest.raises(
        ImportDenied, match=r"app\.py:3: .*'sqlite3'.*\[permissions\] modules = \[\"sqlite3\"\]"
    ) as caught:
        machine.load("app")
    assert isinstance(caught.value, NotAllowed)
    assert caught.value.name == "sqlite3"
    assert caught.value.code == "import-denied"


def test_an_app_may_do_without_what_it_may_not_import(apps: Any) -> None:
    machine = apps("try:\n    import sqlite3\nexcept ImportError:\n    sqlite3 = None", code="restricted")
    assert machine.resolve("app:sqlite3") is None


def test_a_misspelt_module_is_missing_and_not_denied(apps: Any, code: str) -> None:
    with pytest.raises(ModuleMissing, match=r"app\.py:1: there is no module 'jsn'"):
        apps("import jsn", code=code).load("app")
    with pytest.raises(ModuleMissing, match=r"pkg/__init__\.py:1: .*'pkg\.gone'"):
        apps({"pkg/__init__.py": "import pkg.gone"}, code=code).load("pkg")


def test_a_missing_name_of_a_module_is_python_s_own_error(apps: Any, code: str) -> None:
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        apps("from json import nothing", code=code).load("app")


def test_a_relative_import_cannot_leave_the_app(apps: Any, code: str) -> None:
    with pytest.raises(ImportError, match="beyond the top"):
        apps({"app.py": "from .. import x"}, code=code).load("app")


def test_a_bundled_package_brings_its_own_imports_and_is_loaded_once(
    apps: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "app.py": "import vaas_test_pkg\nfrom vaas_test_pkg import tool\nX = vaas_test_pkg.VALUE, tool.DEEP",
        "_vendor/vaas_test_pkg/__init__.py": "import sqlite3\nVALUE = [1]",
        "_vendor/vaas_test_pkg/tool.py": "DEEP = 2",
    }
    monkeypatch.setattr(sys, "path", list(sys.path))
    machine = apps(files, code=code, modules_granted=("vaas_test_pkg",))
    assert machine.resolve("app:X") == ([1], 2)
    shared = sys.modules.pop("vaas_test_pkg")
    sys.modules.pop("vaas_test_pkg.tool")
    assert shared.VALUE is machine.resolve("app:X")[0]


@pytest.mark.parametrize("name", sorted(SAFE))
def test_every_safe_module_can_be_imported(apps: Any, code: str, name: str) -> None:
    assert apps("", code=code).load(name) is not None


def test_a_facade_shows_no_module_no_metaclass_and_no_private_name(apps: Any) -> None:
    machine = apps("", code="restricted")
    for name in SAFE:
        for attribute, value in vars(machine.load(name)).items():
            shown = not attribute.startswith("__")
            assert not shown or not attribute.startswith("_"), f"{name}.{attribute}"
            assert not shown or not isinstance(value, type(sys)) or type(value).__name__ == "Facade", (
                f"{name}.{attribute}"
            )
            assert not (shown and isinstance(value, type) and issubclass(value, type)), f"{name}.{attribute}"


def test_a_facade_cannot_be_changed(apps: Any) -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        apps("import json\njson.dumps = None", code="restricted").load("app")


@pytest.mark.parametrize(
    "text",
    [
        "import json.decoder as found",
        "from json import decoder as found",
        "import json.decoder\nfrom json import decoder as found",
    ],
)
def test_no_real_module_comes_where_an_own_package_lacks_one(apps: Any, code: str, text: str) -> None:
    """The interpreter would take it from its own table."""
    package = "def __getattr__(name):\n    raise AttributeError(name)\ndef drop():\n    global decoder\n    del decoder"
    files = {
        "app.py": f"import json, json.decoder\njson.drop()\n{text}\nX = found.WHOSE",
        "json/decoder.py": "WHOSE = 1",
    }
    assert apps({**files, "json/__init__.py": package}, code=code).resolve("app:X") == 1
    with pytest.raises(ImportError, match="cannot import name 'decoder' from 'json'"):
        apps({"app.py": "from json import decoder", "json.py": ""}, code=code).load("app")


def test_a_name_that_a_module_gives_once_is_taken_once(apps: Any, code: str) -> None:
    package = "given = []\ndef __getattr__(name):\n    given.append(name)\n    if len(given) > 1:\n        raise AttributeError(name)\n    return name"
    machine = apps({"app.py": "from json import decoder", "json/__init__.py": package}, code=code)
    with pytest.raises(ImportError, match="cannot import name 'decoder' from 'json'"):
        machine.load("app")


def test_submodules_follow_their_package_in_facades(apps: Any) -> None:
    text = "import collections.abc, urllib.parse, os.path, concurrent.futures, xml.etree.ElementTree\nX = urllib.parse.quote('/', ''), os.path.join('a', 'b'), collections.abc.Sized.__name__"
    assert apps(text, code="restricted").resolve("app:X") == ("%2F", "a/b", "Sized")


def test_a_bundle_stands_in_for_no_module_of_the_standard_library(
    apps: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "app.py": "import vaas_test_pkg\nimport colorsys\nX = colorsys.rgb_to_hsv(0, 0, 0)",
        "_vendor/vaas_test_pkg.py": "",
        "_vendor/colorsys.py": "raise RuntimeError",
    }
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    assert apps(files, code=code, modules_granted=("vaas_test_pkg",)).resolve("app:X") == (0.0, 0.0, 0)
    sys.modules.pop("vaas_test_pkg")


def test_a_grant_of_something_else_opens_no_bundled_package(apps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"app.py": "import plistlib", "_vendor/vaas_test_pkg.py": ""}
    monkeypatch.setattr(sys, "path", list(sys.path))
    apps(files, code="restricted", modules_granted=("plistlib",)).load("app")
    assert importlib.util.find_spec("vaas_test_pkg") is None


def test_an_app_s_module_joins_no_package_of_the_standard_library(apps: Any) -> None:
    machine = apps({"encodings/__init__.py": "", "encodings/vaas_rot.py": "def getregentry():\n    return 1 / 0"})
    with machine.bound(), pytest.raises(LookupError):
        "x".encode("vaas_rot")
