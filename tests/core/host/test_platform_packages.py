"""What the platform has imported stays its own; what an app brings is what is imported. In processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

BEGIN = """
import sys
from importlib import import_module
from vaas.core.host import platform_packages
platform_packages.install()
"""
SERVICE = "import_module('vaas.framework.serving.service')\n"
HIDE = "platform_packages.hide()\n"


def run(text: str) -> str:
    done = subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def brought(folder: Path, **packages: str) -> str:
    """Code that puts packages of these texts where an app's are."""
    for name, text in packages.items():
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(dedent(text))
    return f"sys.path.append({str(folder)!r})\n"


NAMES = ["starlette", "msgspec", "msgspec.json", "anyio", "uvloop", "uvicorn", "click", "pytest", "RestrictedPython"]


@pytest.mark.parametrize("name", NAMES)
def test_no_package_of_the_platform_s_is_imported_by_an_app(name: str):
    text = f"""
try:
    import {name}
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert run(BEGIN + SERVICE + HIDE + text) == name.partition(".")[0]


def test_the_library_and_vaas_itself_are_there():
    assert (
        run(BEGIN + SERVICE + HIDE + "import json, sqlite3, wsgiref.validate, vaas\nprint(vaas.get.__name__)") == "get"
    )


def test_what_an_app_brings_is_imported_and_the_platform_s_own_code_keeps_its_own(tmp_path: Path):
    path = brought(tmp_path, starlette="VERSION = 'mine'", msgspec="VERSION = 'mine'", anyio="VERSION = 'mine'")
    text = """
import starlette, msgspec, anyio
from vaas.framework.authoring import request
print(starlette.VERSION, msgspec.VERSION, anyio.VERSION)
print(hasattr(request.StarletteRequest, "form"), request.StarletteRequest.__module__)
"""
    assert run(BEGIN + SERVICE + HIDE + path + text).splitlines() == ["mine mine mine", "True starlette.requests"]


def test_what_the_platform_s_packages_import_when_they_are_used_is_theirs(tmp_path: Path):
    """msgspec imports its C part within a function; anyio its back end by name."""
    path = brought(tmp_path, msgspec="", anyio="")
    text = """
import msgspec, anyio
from vaas.framework.http.convert import why_unusable
print(repr(why_unusable(dict[str, int])))
import asyncio
from vaas.framework.authoring.request import UploadFile
import tempfile
rolled = tempfile.SpooledTemporaryFile()
rolled.write(b"rolled")
rolled.rollover()
rolled.seek(0)
print(asyncio.run(UploadFile(rolled).read()))
"""
    assert run(BEGIN + SERVICE + HIDE + path + text).splitlines() == ["''", "b'rolled'"]


def test_a_floor_that_is_imported_late_finds_all_that_it_needs(tmp_path: Path):
    path = brought(tmp_path, starlette="")
    text = "import starlette\nprint(import_module('vaas.framework.serving.service').FACTORY, starlette.__file__)\n"
    said = run(BEGIN + "import vaas.core.policy\n" + HIDE + SERVICE + path + text)
    assert said == f"vaas.framework.serving.service {tmp_path}/starlette/__init__.py"


def test_what_is_imported_for_the_app_s_objects_is_the_app_s(tmp_path: Path):
    """msgspec imports attrs for classes that attrs has made."""
    path = brought(tmp_path, attrs="NOTHING, Factory = 'mine', 'mine'")
    text = """
import vaas.framework.http.convert as convert
space = vars(convert.msgspec.inspect)
exec("def used(): from attrs import NOTHING; return NOTHING", space)
print(space["used"]())
"""
    assert run(BEGIN + SERVICE + HIDE + path + text) == "mine"


def test_the_path_is_the_library_s_and_no_finder_of_a_package_s_is_left():
    text = """
import importlib.machinery as machinery, sysconfig
library = sysconfig.get_paths()["stdlib"]
print([it for it in sys.path if not it.startswith(library.rpartition("/")[0])], "site-packages" in str(sys.path))
known = (machinery.BuiltinImporter, machinery.FrozenImporter, machinery.PathFinder)
print([it for it in sys.meta_path if it not in known and not type(it).__module__.startswith("vaas")])
"""
    assert run(BEGIN + SERVICE + HIDE + text).splitlines() == ["[] False", "[]"]


def test_without_install_nothing_is_hidden():
    text = "from vaas.core.host import platform_packages\nplatform_packages.hide()\nimport starlette\nprint('there')"
    assert run(text) == "there"
