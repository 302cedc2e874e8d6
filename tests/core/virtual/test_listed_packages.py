"""In restricted code a bundled package is importable because it is listed and was granted, and else it is not."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.errors import ImportDenied

FILES = {
    "_vendor/vaas_t_web-1.dist-info/METADATA": "Name: VAAS.t-web\nRequires-Dist: vaas-t-tools>=1\n",
    "_vendor/vaas_t_web-1.dist-info/top_level.txt": "vaas_t_web\n",
    "_vendor/vaas_t_web/__init__.py": "import vaas_t_tools\nNAME = 'web'",
    "_vendor/vaas_t_web/deep.py": "NAME = 'deep'",
    "_vendor/vaas_t_tools-1.dist-info/METADATA": "Name: vaas-t-tools\n",
    "_vendor/vaas_t_tools.py": "NAME = 'tools'",
    "_vendor/vaas_t_other-1.dist-info/METADATA": "Name: vaas-t-other\n",
    "_vendor/vaas_t_other.py": "NAME = 'other'",
    "_vendor/socket-1.dist-info/METADATA": "Name: socket\n",
    "_vendor/socket.py": "NAME = 'not the real one'",
}


@pytest.fixture
def load(apps: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", list(sys.path))

    def load(text: str, *packages: str, code: Any = "restricted") -> Any:
        policy = Policy(code=code, permissions=Permissions(packages=packages))
        return apps({**FILES, "app.py": text}, policy=policy).resolve("app:X")

    yield load
    for name in [it for it in sys.modules if it.startswith("vaas_t_")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "text",
    [
        "import vaas_t_web\nX = vaas_t_web.NAME",
        "from vaas_t_web import NAME as X",
        "import vaas_t_web.deep as it\nX = it.NAME",
        "import vaas_t_tools\nX = vaas_t_tools.NAME",
        "import importlib\nX = importlib.import_module('vaas_t_tools').NAME",
        "def late():\n    import vaas_t_web\n    return vaas_t_web.NAME\nX = late()",
    ],
)
def test_a_granted_package_and_what_it_requires_need_no_other_line(load: Any, text: str) -> None:
    assert load(text, "vaas-t-web") in ("web", "deep", "tools")
    assert load(text, code="trusted") in ("web", "deep", "tools")


@pytest.mark.parametrize("granted", [(), ("vaas-t-web",), ("vaas-t-tools",), ("vaas_t_other",), ("VAAS-t-other",)])
def test_a_package_that_was_not_granted_stays_closed(load: Any, granted: tuple[str, ...]) -> None:
    with pytest.raises(ImportDenied, match=r"app\.py:1: .*'vaas_t_other': its package is in the bundle"):
        load("import vaas_t_other\nX = 1", *granted)


@pytest.mark.parametrize("granted", [("socket",), ("*",)])
def test_a_listed_package_with_the_name_of_a_closed_module_opens_none(load: Any, granted: tuple[str, ...]) -> None:
    with pytest.raises(ImportDenied, match="makes connections"):
        load("import socket\nX = socket.socket", *granted)
