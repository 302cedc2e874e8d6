"""Packages in a folder of their own, outside of the bundle: the app sees them where it sees those of its bundle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.files import PathMap

LAYER = {
    "vaas_t_layered/__init__.py": "NAME = 'layered'\ndef fail():\n    raise ValueError('here')\n",
    "vaas_t_layered/data.txt": "kept",
    "vaas_t_layered-1.dist-info/METADATA": "Name: vaas-t-layered\n",
    "vaas_t_layered-1.dist-info/top_level.txt": "vaas_t_layered\n",
}


@pytest.fixture
def machine(apps: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: Any) -> Any:
    monkeypatch.setattr(sys, "path", list(sys.path))
    packages = tmp_path / "layers" / "abc"
    for name, text in LAYER.items():
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_text(text)

    def machine(text: str) -> Any:
        policy = Policy(code=code, permissions=Permissions(packages=("vaas-t-layered",)))
        return apps({"app.py": text, "_vendor/layer.json": "{}"}, policy=policy, packages=packages)

    yield machine
    sys.modules.pop("vaas_t_layered", None)


@pytest.fixture(params=["restricted", "trusted"])
def code(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_a_package_of_a_layer_is_imported(machine: Any) -> None:
    assert machine("import vaas_t_layered\nX = vaas_t_layered.NAME").resolve("app:X") == "layered"


def test_its_files_are_read_where_the_app_sees_its_packages(machine: Any) -> None:
    text = "with open('/app/_vendor/vaas_t_layered/data.txt') as file:\n    X = file.read()"
    assert machine(text).resolve("app:X") == "kept"


@pytest.mark.parametrize("code", ["restricted"])  # trusted code is held by the kernel
def test_they_are_written_by_no_app(machine: Any) -> None:
    with pytest.raises(OSError, match=r"read-only|Permission|No such file"):
        machine("X = open('/app/_vendor/new.txt', 'x')").resolve("app:X")


def test_the_way_up_from_a_layer_leads_into_the_app_and_not_to_other_layers(machine: Any, tmp_path: Path) -> None:
    (tmp_path / "layers" / "other").mkdir()
    (tmp_path / "layers" / "other" / "secret.txt").write_text("secret")
    for path in ("/app/_vendor/../other/secret.txt", "/app/_vendor/../../other/secret.txt"):
        with pytest.raises(OSError, match=r"No such file|outside"):
            machine(f"X = open({path!r}).read()").resolve("app:X")


def test_a_path_in_a_layer_is_told_as_the_app_knows_it(tmp_path: Path) -> None:
    paths = PathMap.make(str(tmp_path / "app"), None, None, Policy(), str(tmp_path / "layers" / "abc"))
    assert paths.seen(str(tmp_path / "layers/abc/tool/__init__.py")) == "/app/_vendor/tool/__init__.py"
    assert paths.seen(str(tmp_path / "app/app.py")) == "/app/app.py"
