"""Locks of all kinds: what stands in them is what is installed, and what was resolved is kept with the bundle."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import pytest
import uv

from tests.platform.bundle_format.wheels import wheel
from vaas.platform.bundle_format import build_layer, installer
from vaas.platform.bundle_format.build_layer import lock
from vaas.platform.bundle_format.credentials import PasswordInBundle, check_credentials
from vaas.platform.bundle_format.installer import InstallFailed
from vaas.platform.bundle_format.pack import Packed, pack

PROJECT = """[project]
name = "hello"
version = "1"
requires-python = ">=3.11"
dependencies = [{needs}]
[tool.vaas]
entry = "app:App"
{more}
"""


@pytest.fixture
def app(tmp_path: Path, wheels: Path) -> Path:
    folder = tmp_path / "hello"
    folder.mkdir()
    project(folder, '"tiny"')
    return folder


def project(folder: Path, needs: str, more: str = "") -> None:
    (folder / "pyproject.toml").write_text(PROJECT.format(needs=needs, more=more))


def locked(folder: Path) -> None:
    subprocess.run([uv.find_uv_bin(), "lock", "--quiet"], cwd=folder, check=True)


def packed(app: Path) -> Packed:
    return pack(app, cache=app.parent / "cache")


def kept(packed: Packed) -> str:
    """The lock in the bundle."""
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        return archive.read("_vendor/lock.txt").decode()


def names(packed: Packed) -> list[str]:
    return [line.partition(" ")[0] for line in kept(packed).splitlines()]


def test_a_uv_lock_is_what_is_installed_though_there_is_something_newer(app: Path, wheels: Path) -> None:
    locked(app)
    wheel(wheels, "2.0")
    assert names(packed(app)) == ["tiny==1.0"]


def test_it_comes_before_a_requirements_file_and_that_before_the_project(app: Path, wheels: Path) -> None:
    wheel(wheels, "1.0", "other")
    (app / "requirements.txt").write_text("other\n")
    assert names(packed(app)) == ["other==1.0"]
    locked(app)
    assert names(packed(app)) == ["tiny==1.0"]


def test_a_uv_lock_of_no_project_is_a_file_like_others(app: Path) -> None:
    (app / "pyproject.toml").write_text("[tool.vaas]\n")
    (app / "uv.lock").write_text("version = 1\n")
    (app / "requirements.txt").write_text("tiny\n")
    assert names(packed(app)) == ["tiny==1.0"]


def test_a_uv_lock_that_is_not_of_the_project_any_more_is_told_with_the_remedy(app: Path) -> None:
    locked(app)
    project(app, '"tiny>=1.0"')
    with pytest.raises(InstallFailed, match=r"uv\.lock` needs to be updated(.|\n)*run `uv lock`"):
        packed(app)


def test_the_group_for_development_is_not_installed(app: Path, wheels: Path) -> None:
    wheel(wheels, "1.0", "linter")
    project(app, '"tiny"', '[dependency-groups]\ndev = ["linter"]')
    locked(app)
    assert names(packed(app)) == ["tiny==1.0"]


def test_what_vaas_alone_needs_is_not_installed(app: Path, wheels: Path) -> None:
    wheel(wheels, "1.0", "vaas", needs=("below",))
    wheel(wheels, "1.0", "below")
    project(app, '"tiny", "vaas"')
    locked(app)
    assert names(packed(app)) == ["tiny==1.0"]


def test_a_lock_is_read_once(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked(app)
    before = packed(app)
    (app / "app.py").write_text("X = 1\n")
    monkeypatch.setattr(installer, "_run", None)
    assert packed(app).layer == before.layer


def test_folders_that_a_lock_names_are_installed_by_their_content(app: Path) -> None:
    shared = app.parent / "shared"
    (shared / "loc").mkdir(parents=True)
    (shared / "loc/__init__.py").write_text("X = 1\n")
    (shared / "pyproject.toml").write_text(
        '[project]\nname = "loc"\nversion = "1"\ndependencies = ["tiny"]\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (shared / "backend.py").write_text(BACKEND)
    project(app, '"loc"', '[tool.uv.sources]\nloc = { path = "../shared", editable = true }')
    locked(app)
    first = packed(app)
    assert names(first) == ["loc==1", "tiny==1.0"]
    (shared / "loc/__init__.py").write_text("X = 2\n")
    second = packed(app)
    assert first.layer is not None
    assert second.layer is not None
    assert first.layer.digest != second.layer.digest


BACKEND = """
import pathlib, zipfile

def build_wheel(folder, settings=None, metadata=None):
    with zipfile.ZipFile(pathlib.Path(folder, "loc-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("loc/__init__.py", pathlib.Path("loc/__init__.py").read_text())
        about = "Metadata-Version: 2.1\\nName: loc\\nVersion: 1\\nRequires-Dist: tiny\\n"
        wheel.writestr("loc-1.dist-info/METADATA", about)
        form = "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr("loc-1.dist-info/WHEEL", form)
        wheel.writestr("loc-1.dist-info/RECORD", "")
    return "loc-1-py3-none-any.whl"

def build_editable(folder, settings=None, metadata=None):
    return build_wheel(folder)
"""


def test_a_member_of_a_workspace_has_the_lock_of_the_workspace(app: Path, wheels: Path) -> None:
    member = app / "apps/one"
    member.mkdir(parents=True)
    project(app, "", '[tool.uv.workspace]\nmembers = ["apps/*"]')
    project(member, '"tiny"')
    (member / "pyproject.toml").write_text((member / "pyproject.toml").read_text().replace("hello", "one"))
    locked(app)
    wheel(wheels, "2.0")
    assert names(packed(member)) == ["tiny==1.0"]


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_hashes_in_requirements_are_kept_in_the_lock(app: Path, wheels: Path) -> None:
    digest = sha256(wheels / "tiny-1.0-py3-none-any.whl")
    (app / "requirements.txt").write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n")
    assert kept(packed(app)) == f"tiny==1.0 --hash=sha256:{digest}\n"


def test_a_package_with_another_hash_is_not_installed(app: Path) -> None:
    (app / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(InstallFailed, match=r"[Hh]ash"):
        packed(app)


def test_where_all_lines_have_hashes_nothing_without_one_is_installed(app: Path, wheels: Path) -> None:
    wheel(wheels, "1.0", "outer", needs=("tiny",))
    digest = sha256(wheels / "outer-1.0-py3-none-any.whl")
    (app / "requirements.txt").write_text(f"outer==1.0 --hash=sha256:{digest}\n")
    with pytest.raises(InstallFailed, match="tiny"):
        packed(app)


def test_a_lock_has_each_package_once_with_the_hashes_that_were_asked_for() -> None:
    lines = ["Tiny.Thing==1 --hash=sha256:a --hash=sha256:b ; python_version > '3'", "-c x.txt"]
    assert lock({"tiny-thing": "1", "more": "2"}, lines) == ("more==2\ntiny-thing==1 --hash=sha256:a --hash=sha256:b\n")


def test_a_source_by_git_or_address_stands_for_the_package_of_that_name(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[list[str]] = []
    monkeypatch.setattr(build_layer, "install", lambda folder, lines, to, target: installed.append(lines))
    more = """[tool.uv.sources]
one = { git = "https://git.example/one", tag = "v1", subdirectory = "py" }
two = { url = "https://files.example/two-1.zip" }
"""
    project(app, '"one[x]>=1; python_version > \'3\'", "two", "tiny"', more)
    packed(app)
    assert installed == [
        [
            "one[x] @ git+https://git.example/one@v1#subdirectory=py ; python_version > '3'",
            "two @ https://files.example/two-1.zip",
            "tiny",
        ]
    ]


SECRET = "s3cr3t-t0ken"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("requirements.txt", f"--index-url https://me:{SECRET}@index.example/simple\ntiny\n"),
        ("requirements.txt", f"tiny @ git+https://{SECRET}@git.example/tiny\n"),
        ("requirements/base.txt", f"--extra-index-url https://x:{SECRET}@index.example/simple\n"),
        ("pyproject.toml", f'[tool.vaas]\n[[tool.uv.index]]\nurl = "https://__token__:{SECRET}@index.example"\n'),
        ("uv.toml", f'index-url = "HTTPS://a:{SECRET}@index.example"\n'),
    ],
)
def test_no_password_of_an_index_is_in_a_bundle(app: Path, file: str, text: str) -> None:
    (app / file).parent.mkdir(exist_ok=True)
    (app / file).write_text(text)
    if file != "pyproject.toml":
        (app / "pyproject.toml").unlink()
        (app / "vaas.toml").write_text("")
    with pytest.raises(PasswordInBundle) as caught:
        packed(app)
    assert file in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://${USER}:${PASSWORD}@index.example",
        "https://${TOKEN}@index.example",
        "https://me:${PASSWORD}@index.example",
        "https://oauth2accesstoken@index.example",
        "https://me:****@index.example",
        "ssh://git@git.example",
        "https://index.example/@scope",
    ],
)
def test_what_stands_in_the_place_of_a_password_may_be_there(tmp_path: Path, address: str) -> None:
    (tmp_path / "file").write_text(f"--index-url {address}/simple\n")
    check_credentials({"requirements.txt": tmp_path / "file"})


def test_a_variable_in_an_option_is_the_installers_to_fill_in(
    app: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.setenv("OUR_WHEELS", str(wheels))
    (app / "requirements.txt").write_text("--find-links ${OUR_WHEELS}\ntiny\n")
    found = packed(app)
    assert names(found) == ["tiny==1.0"]
    assert str(wheels).encode() not in found.data


def test_credentials_in_the_environment_reach_the_installer_and_no_bundle(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_INDEX_URL", f"https://me:{SECRET}@index.example/simple")
    found = packed(app)
    assert found.layer is not None
    for data in (found.data, found.layer.file.read_bytes(), found.layer.lock.encode()):
        assert SECRET.encode() not in data
    cache = [path.read_bytes() for path in (app.parent / "cache").rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in data for data in cache)
