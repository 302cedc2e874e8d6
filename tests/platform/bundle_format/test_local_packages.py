"""Folders of the developer's machine among the requirements: built from their content, installed as packages.

The builder is the folder's own (``backend-path``), so that no index is needed; real ones are in ``tests/compat``.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from vaas.platform.bundle_format import installer
from vaas.platform.bundle_format.installer import InstallFailed
from vaas.platform.bundle_format.pack import Packed, pack

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "{name}"
version = "1"
"""

BACKEND = """
import pathlib, zipfile

def build_wheel(folder, settings=None, metadata=None):
    pathlib.Path("build/lib").mkdir(parents=True, exist_ok=True)  # as setuptools leaves things behind
    stale = pathlib.Path("build/lib/stale.py")
    files = {{path.as_posix(): path.read_text() for path in pathlib.Path("{name}").rglob("*.py")}}
    if stale.exists():
        files["{name}/stale.py"] = stale.read_text()
    about = "{name}-1.dist-info/"
    needs = "".join(f"Requires-Dist: {{need}}\\n" for need in {needs!r}).replace("HERE", pathlib.Path.cwd().as_uri())
    files[about + "METADATA"] = "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\nProvides-Extra: more\\n" + needs
    files[about + "WHEEL"] = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[about + "RECORD"] = ""
    with zipfile.ZipFile(pathlib.Path(folder, "{name}-1-py3-none-any.whl"), "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return "{name}-1-py3-none-any.whl"
"""


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_NO_INDEX", "UV_OFFLINE", "PIP_NO_INDEX"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return write(tmp_path / "hello", {"vaas.toml": "exclude = ['shared', 'own']", "main.py": ""})


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def project(folder: Path, name: str, *, needs: tuple[str, ...] = (), more: str = "", code: str = "X = 1\n") -> Path:
    """A folder with a package in it, at version 1 for ever."""
    backend = BACKEND.format(name=name, needs=needs)
    toml = PROJECT.format(name=name) + more
    return write(folder, {"pyproject.toml": toml, "backend.py": backend, f"{name}/__init__.py": code})


def vendored(packed: Packed) -> dict[str, str]:
    """The files of its layer, but what it says of itself."""
    if packed.layer is None:
        return {}
    with zipfile.ZipFile(packed.layer.file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name != "layer.json"}


def packed(app: Path) -> Packed:
    return pack(app, cache=app.parent / "cache")


@pytest.mark.parametrize(
    "line", ["./shared", "-e ./shared", "--editable=shared", "shared/", "loc @ file:{here}/shared"]
)
def test_a_local_folder_is_installed_as_a_package_however_it_is_named(app: Path, line: str) -> None:
    project(app / "shared", "loc")
    write(app, {"requirements.txt": line.format(here=app)})
    about = {f"loc-1.dist-info/{name}" for name in ("METADATA", "WHEEL", "top_level.txt")}
    assert set(vendored(packed(app))) == {"loc/__init__.py", *about}


@pytest.mark.parametrize("line", ["-e file://{here}/shared", "./shared[more] ; python_version > '3'  # ours"])
def test_extras_markers_and_comments_of_a_local_folder_are_understood(app: Path, line: str) -> None:
    project(app / "shared", "loc")
    write(app, {"requirements.txt": line.format(here=app)})
    assert "loc/__init__.py" in vendored(packed(app))


def test_a_local_folder_that_a_marker_excludes_is_not_installed(app: Path) -> None:
    project(app / "shared", "loc")
    write(app, {"requirements.txt": "./shared ; python_version < '3'"})
    assert vendored(packed(app)) == {}


@pytest.mark.parametrize("line", [".", "-e ."])
def test_a_changed_file_is_in_the_next_bundle_though_no_time_and_no_version_changed(app: Path, line: str) -> None:
    project(app, "loc")
    write(app, {"requirements.txt": line})
    before = (app / "loc/__init__.py").stat()
    assert vendored(packed(app))["loc/__init__.py"] == "X = 1\n"
    (app / "loc/__init__.py").write_text("X = 2\n")
    os.utime(app / "loc/__init__.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert vendored(packed(app))["loc/__init__.py"] == "X = 2\n"


def test_what_an_earlier_build_left_behind_is_not_installed(app: Path) -> None:
    project(app / "shared", "loc")
    write(app, {"requirements.txt": "./shared", "shared/build/lib/stale.py": "old"})
    assert "loc/stale.py" not in vendored(packed(app))


def test_building_writes_nothing_into_the_folder(app: Path) -> None:
    project(app / "shared", "loc")
    write(app, {"requirements.txt": "./shared"})
    before = sorted(app.rglob("*"))
    packed(app)
    assert sorted(app.rglob("*")) == before


def test_a_local_folder_makes_the_same_bundle_from_another_place_and_another_cache(app: Path, tmp_path: Path) -> None:
    bundles = []
    for place in ("here", "there"):
        folder = write(tmp_path / place / "hello", {"vaas.toml": "", "requirements.txt": "-e ../shared"})
        project(tmp_path / place / "shared", "loc", needs=("other @ HERE/../other",))
        project(tmp_path / place / "other", "other")
        bundles.append(packed(folder))
    assert bundles[0].digest == bundles[1].digest
    assert bundles[0].layer is not None
    assert str(tmp_path).encode() not in bundles[0].data + bundles[0].layer.file.read_bytes()


def test_pip_makes_the_same_bundle_of_a_local_folder(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pip")
    project(app / "shared", "loc")
    write(app, {"requirements.txt": "-e ./shared"})
    by_uv = packed(app)

    def absent() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(installer.uv, "find_uv_bin", absent)
    assert pack(app, cache=app.parent / "pip-cache").digest == by_uv.digest


def test_a_folder_that_a_local_package_needs_by_path_is_installed_too_and_named_by_no_path(app: Path) -> None:
    project(app / "shared", "loc", needs=("other @ HERE/../other ; python_version > '3'",))
    project(app / "other", "other")
    write(app, {"requirements.txt": "./shared"})
    found = vendored(packed(app))
    assert "other/__init__.py" in found
    assert "Requires-Dist: other ; python_version > '3'\n" in found["loc-1.dist-info/METADATA"]


@pytest.mark.parametrize(
    "more",
    [
        '[tool.uv.sources]\nother = { path = "../other", editable = true }\n',
        '[tool.uv.sources]\nother = [{ path = "../other", marker = "python_version > \'3\'" }]\n',
        '[tool.poetry.dependencies]\nother = { path = "../other", develop = true }\n',
        "[tool.uv.sources]\nother = { workspace = true }\n",
    ],
)
def test_a_source_by_path_stands_for_the_package_of_that_name(app: Path, more: str) -> None:
    project(app / "shared", "loc", needs=("other",), more=more)
    project(app / "other", "other")
    write(
        app, {"requirements.txt": "./shared", "pyproject.toml": '[tool.uv.workspace]\nmembers = ["other", "shared"]\n'}
    )
    assert "other/__init__.py" in vendored(packed(app))


def test_a_source_of_the_app_s_own_project_stands_for_its_dependency(app: Path) -> None:
    sources = '[tool.uv.sources]\nloc = { path = "shared" }\n'
    project(app / "shared", "loc")
    write(
        app, {"pyproject.toml": f'[project]\nname = "hello"\nversion = "1"\ndependencies = ["Loc[more]>=1"]\n{sources}'}
    )
    assert "loc/__init__.py" in vendored(packed(app))


def test_a_local_folder_in_an_included_file_is_found_beside_that_file(app: Path) -> None:
    project(app / "shared", "loc")
    write(app, {"requirements.txt": "-r requirements/base.txt", "requirements/base.txt": "-e ./shared"})
    assert "loc/__init__.py" in vendored(packed(app))


def test_an_archive_of_the_same_name_and_time_is_installed_by_its_content(app: Path, tmp_path: Path) -> None:
    for text in ("X = 1\n", "X = 2\n"):
        source = project(tmp_path / "source", "loc", code=text)
        (app / "own").mkdir(exist_ok=True)
        wheel = installer.build_wheel(source, app / "own", source)
        os.utime(wheel, (1e9, 1e9))
        write(app, {"requirements.txt": "./own/loc-1-py3-none-any.whl"})
        assert vendored(packed(app))["loc/__init__.py"] == text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-e ./missing", r"there is no file or folder .*/missing"),
        ("-e ./empty", r".*/empty is no package: it has neither a pyproject\.toml nor a setup\.py"),
        ("-r requirements.txt", "include one another"),
        ("-r missing.txt", r"missing\.txt cannot be read"),
    ],
)
def test_a_line_that_leads_nowhere_is_told(app: Path, line: str, said: str) -> None:
    write(app, {"requirements.txt": line, "empty/notes.txt": ""})
    with pytest.raises(InstallFailed, match=said):
        packed(app)


def test_a_version_out_of_git_is_found_though_the_folder_is_copied(app: Path) -> None:
    backend = "import pathlib\nassert pathlib.Path('.git').read_text().startswith('gitdir: ')\n"
    project(app / "shared", "loc")
    write(app / "shared", {".git/HEAD": "ref", "backend.py": backend + (app / "shared/backend.py").read_text()})
    write(app, {"requirements.txt": "./shared"})
    assert "loc/__init__.py" in vendored(packed(app))
