"""Packages as a layer: uploaded once, kept once, shared by releases and apps, open to none that does not name it."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.e2e.running import Running

RESTRICTED = """
import vaas
import markupsafe

@vaas.app
class Page:
    @vaas.get("/")
    async def page(self):
        return {"safe": str(markupsafe.escape("<")), "version": 1}

    @vaas.get("/read")
    async def read(self, path: str):
        try:
            with open(path) as file:
                return {"read": file.read()[:20]}
        except OSError as error:
            return {"refused": type(error).__name__}
"""

TRUSTED = """
import os
import markupsafe
import vaas

@vaas.app
class Tries:
    @vaas.get("/")
    async def where(self):
        return {"file": markupsafe.__file__, "cached": os.path.exists(markupsafe.__spec__.cached)}

    @vaas.get("/try")
    async def attempt(self, what: str, path: str):
        tries = {"read": lambda: open(path).read(20), "list": lambda: os.listdir(path),
                 "make": lambda: open(path, "x").close(), "write": lambda: open(path, "a").close(),
                 "remove": lambda: os.unlink(path), "open": lambda: os.chmod(path, 0o777)}
        try:
            return {"done": str(tries[what]())}
        except OSError as error:
            return {"refused": type(error).__name__}
"""

GRANTED = 'code = "trusted"\n'


def deployed(platform: Running, name: str, code: str, manifest: str = "", needs: str = "markupsafe==3.0.3") -> Path:
    folder = platform.app(name, code, manifest)
    (folder / "requirements.txt").write_text(f"{needs}\n")
    platform.vaas("deploy", "--grant", cwd=folder)
    return folder


def layers(platform: Running) -> list[Path]:
    return sorted((platform.home / "data/node/layers").iterdir())


def stored(platform: Running) -> dict[str, int]:
    return {it.name: it.stat().st_size for it in (platform.home / "data/bundles").iterdir() if it.is_file()}


def test_a_layer_is_uploaded_and_unpacked_once_for_all_apps_and_releases(own_platform: Running):
    platform = own_platform
    first = deployed(platform, "one", RESTRICTED)
    (layer,) = layers(platform)
    assert stored(platform).pop(layer.name) > 50_000
    (first / "app.py").write_text(RESTRICTED.replace('"version": 1', '"version": 2'))
    platform.vaas("deploy", "--grant", cwd=first)
    assert platform.get("/one/").json() == {"safe": "&lt;", "version": 2}
    deployed(platform, "two", TRUSTED, GRANTED)
    assert platform.get("/two/").json() == {"file": "/app/_vendor/markupsafe/__init__.py", "cached": True}
    assert layers(platform) == [layer]
    sizes = stored(platform)
    assert len(sizes) == 4
    assert all(size < 20_000 for name, size in sizes.items() if name != layer.name)
    platform.stop()
    platform.start()
    assert platform.get("/one/").json() == {"safe": "&lt;", "version": 2}


ATTEMPTS = [
    ("make", "/app/_vendor/new.py"),
    ("make", "/app/_vendor/markupsafe/__pycache__/new.pyc"),
    ("write", "/app/_vendor/markupsafe/__init__.py"),
    ("remove", "/app/_vendor/markupsafe/__init__.py"),
    ("open", "/app/_vendor/markupsafe/__init__.py"),
    ("make", "{layer}/new.py"),
    ("write", "{layer}/markupsafe/__init__.py"),
    ("list", "{layers}"),
    ("list", "{other}"),
    ("read", "{other}/itsdangerous/__init__.py"),
    ("read", "/app/_vendor/../../{other}/itsdangerous/__init__.py"),
    ("read", "{layers}/../../bundles/{otherdigest}"),
]


@pytest.fixture(scope="module")
def two(platform: Running) -> dict[str, str]:
    """An app with one layer, beside another app with another; the places of both."""
    deployed(platform, "tries", TRUSTED, GRANTED)
    deployed(platform, "reads", RESTRICTED)
    deployed(platform, "else", OTHER, needs="itsdangerous==2.1.2")
    layer, other = (layer_of(platform, name) for name in ("markupsafe", "itsdangerous"))
    return {"layers": str(other.parent), "layer": str(layer), "other": str(other), "otherdigest": other.name}


def layer_of(platform: Running, package: str) -> Path:
    """The one that has this package alone, in the version that is deployed here."""
    packages = {it: json.loads((it / "layer.json").read_text())["packages"] for it in layers(platform)}
    (found,) = (it for it, names in packages.items() if names in ({package: "3.0.3"}, {package: "2.1.2"}))
    return found


OTHER = """
import itsdangerous
import vaas

@vaas.app
class Else:
    @vaas.get("/")
    async def page(self):
        return str(itsdangerous.Signer("a").sign("b"))
"""


@pytest.mark.parametrize(("what", "path"), ATTEMPTS)
def test_trusted_code_changes_no_layer_and_sees_none_but_its_own(
    platform: Running, two: dict[str, str], what: str, path: str
):
    answer = platform.get("/tries/try", params={"what": what, "path": path.format(**two)}).json()
    assert "refused" in answer, answer


@pytest.mark.parametrize("path", [path for what, path in ATTEMPTS if what in ("read", "list")])
def test_restricted_code_reads_no_layer_but_its_own(platform: Running, two: dict[str, str], path: str):
    answer = platform.get("/reads/read", params={"path": path.format(**two)}).json()
    assert "refused" in answer, answer
    own = platform.get("/reads/read", params={"path": "/app/_vendor/markupsafe/__init__.py"}).json()
    assert "read" in own


def test_another_teams_layer_is_named_by_nobody_who_does_not_know_all_of_its_digest(
    platform: Running, two: dict[str, str]
):
    told = platform.vaas("releases", "else", "--json").stdout + platform.vaas("show", "else", "--json").stdout
    assert two["otherdigest"] not in told
    assert two["otherdigest"][:12] in told
    guesses = {
        two["otherdigest"][:12]: "does not name a layer",
        two["otherdigest"][:12] + "0" * 52: "is not in the bundle",
    }
    for guess, said in guesses.items():
        folder = platform.app("thief", "import vaas\n\n@vaas.app\nclass Thief:\n    pass\n")
        (folder / "_vendor").mkdir(exist_ok=True)
        (folder / "_vendor/layer.json").write_text(json.dumps({"layer": guess}))
        refused = platform.vaas("deploy", "--grant", cwd=folder, ok=False)
        assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
    assert "thief" not in platform.vaas("apps").stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives apps users of their own")
def test_a_layer_of_the_node_is_its_own(platform: Running, two: dict[str, str]):
    owners = {path.stat().st_uid for path in Path(two["layer"]).rglob("*")}
    assert owners == {0}


def test_a_bundle_holds_no_package_but_the_lock(platform: Running, two: dict[str, str]):
    digest = platform.json("releases", "tries")[0]["digest"]
    with zipfile.ZipFile(platform.home / "data/bundles" / digest) as archive:
        assert "markupsafe==3.0.3" in archive.read("_vendor/lock.txt").decode()
        assert not any("markupsafe/" in name for name in archive.namelist())


@pytest.mark.untraced
def test_the_platform_builds_a_layer_for_a_developer_whose_machine_is_another(platform: Running):
    folder = platform.app("built", TRUSTED, GRANTED)
    (folder / "requirements.txt").write_text("markupsafe==3.0.2\n")
    platform.vaas("deploy", "--build", "--grant", cwd=folder)
    assert platform.get("/built/").json() == {"file": "/app/_vendor/markupsafe/__init__.py", "cached": True}
    (folder / "app.py").write_text(f"{TRUSTED}\n# again")
    platform.vaas("deploy", "--build", cwd=folder)
    assert [release["layer"] for release in platform.json("releases", "built")] == [layer_named(platform, "3.0.2")] * 2
    assert list((platform.home / "data/node/builds").iterdir()) == []


def layer_named(platform: Running, version: str) -> str:
    """The first digits of the one with that version of markupsafe alone."""
    packages = {it: json.loads((it / "layer.json").read_text())["packages"] for it in layers(platform)}
    (found,) = (it.name[:12] for it, names in packages.items() if names == {"markupsafe": version})
    return found
