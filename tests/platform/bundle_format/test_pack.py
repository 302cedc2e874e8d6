from __future__ import annotations

import hashlib
import io
import os
import socket
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform.bundle_format.wheels import wheel
from vaas.platform.bundle_format import build_layer, installer
from vaas.platform.bundle_format.archive import LIMITS
from vaas.platform.bundle_format.build_layer import CacheUnusable, user_cache
from vaas.platform.bundle_format.installer import InstallFailed
from vaas.platform.bundle_format.layer_name import named_layer
from vaas.platform.bundle_format.pack import FileUnfit, FileUnreadable, Packed, PackTooLarge, VendorTaken, pack, zipped
from vaas.platform.bundle_format.selection import (
    FolderUnreadable,
    LinkInApp,
    NotAFile,
    PatternInvalid,
    databases_left_out,
    never_in_bundles,
)
from vaas.platform.bundle_format.unpack import unpack
from vaas.platform.manifest.reader import ManifestInvalid, read_manifest


def make(folder: Path, **files: str) -> Path:
    """An app's folder; ``pkg__app_py`` names ``pkg/app.py``."""
    write(folder, {name.replace("__", "/").replace("_", "."): text for name, text in files.items()})
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return make(tmp_path / "hello", vaas_toml="", app_py="print('hello')", pkg__mod_py="x = 1")


def contents(packed: Packed) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- the same bytes everywhere ---


def test_a_bundle_is_the_folders_files_under_its_digest(app: Path) -> None:
    packed = pack(app)
    assert contents(packed) == {"app.py": b"print('hello')", "pkg/mod.py": b"x = 1", "vaas.toml": b""}
    assert packed.files == ("app.py", "pkg/mod.py", "vaas.toml")
    assert packed.digest == hashlib.sha256(packed.data).hexdigest()
    assert packed.size == len(packed.data)
    assert packed.manifest.manifest.name == "hello"


def test_these_files_have_this_digest_on_every_machine_and_python() -> None:
    files = {"vaas.toml": b'name = "hello"\n', "app.py": b"import vaas\n" * 100, "pkg/dätä.bin": b"\0"}
    digest = hashlib.sha256(zipped(files)).hexdigest()
    assert digest == "e5643183ad00e9765d01bdf79a7f26c3912adcfdd11e385d3b7c22e356f2598b"


def test_times_modes_and_the_order_of_making_do_not_count(tmp_path: Path, app: Path) -> None:
    other = make(tmp_path / "again" / "hello", pkg__mod_py="x = 1", vaas_toml="", app_py="print('hello')")
    (other / "app.py").chmod(0o755)
    os.utime(other / "app.py", (1, 1))
    assert pack(other).digest == pack(app).digest


@given(st.dictionaries(st.from_regex(r"[a-z]{1,3}(/[a-z]{4,6})?", fullmatch=True), st.binary(max_size=50), max_size=5))
def test_the_order_in_which_files_are_found_does_not_count(files: dict[str, bytes]) -> None:
    assert zipped(files) == zipped(dict(reversed(files.items())))


def test_a_change_of_one_byte_is_another_bundle(app: Path) -> None:
    before = pack(app).digest
    (app / "app.py").write_text("print('hellp')")
    assert pack(app).digest != before


def test_what_is_packed_unpacks(app: Path, tmp_path: Path) -> None:
    packed = pack(app)
    unpack(io.BytesIO(packed.data), tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in packed.files} == contents(packed)


def test_packing_writes_nothing_into_the_folder(app: Path) -> None:
    before = sorted(app.rglob("*"))
    pack(app)
    assert sorted(app.rglob("*")) == before


# --- which files ---


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["**"], [], {"a.py", "README.md", "src/b.py", "src/deep/c.md", "tests/t.py", "src/tests/u.py"}),
        (["**"], ["tests/**"], {"a.py", "README.md", "src/b.py", "src/deep/c.md", "src/tests/u.py"}),
        (["**"], ["tests"], {"a.py", "README.md", "src/b.py", "src/deep/c.md"}),
        (["**"], ["/tests"], {"a.py", "README.md", "src/b.py", "src/deep/c.md", "src/tests/u.py"}),
        (["**"], ["*.md"], {"a.py", "src/b.py", "tests/t.py", "src/tests/u.py"}),
        (["**"], ["src/*.py"], {"a.py", "README.md", "src/deep/c.md", "tests/t.py", "src/tests/u.py"}),
        (["src/**"], ["**/*.md"], {"src/b.py", "src/tests/u.py"}),
        (["src", "a.*"], [], {"a.py", "src/b.py", "src/deep/c.md", "src/tests/u.py"}),
        (["**/[ab].py"], [], {"a.py", "src/b.py"}),
        ([], [], set()),
    ],
)
def test_patterns_choose_as_in_gitignore(
    tmp_path: Path, include: list[str], exclude: list[str], expected: set[str]
) -> None:
    files = ["a.py", "README.md", "src/b.py", "src/deep/c.md", "tests/t.py", "src/tests/u.py"]
    write(tmp_path, dict.fromkeys(files, "") | {"vaas.toml": f"name = 'x'\ninclude = {include}\nexclude = {exclude}\n"})
    assert set(pack(tmp_path).files) == expected | {"vaas.toml"}


def test_the_manifest_is_packed_whatever_the_patterns_say(tmp_path: Path) -> None:
    write(
        tmp_path, {"pyproject.toml": "[tool.vaas]\nname = 'x'\ninclude = ['*.py']\nexclude = ['*.toml']", "app.py": ""}
    )
    assert pack(tmp_path).files == ("app.py", "pyproject.toml")


WRITTEN = ["app.log", "logs/app.log.1", "db.sqlite3", "x.db", "x.db-wal", "x.db-shm", "x.db-journal", "a/y.duckdb"]


@pytest.mark.parametrize("file", WRITTEN)
def test_logs_and_databases_of_the_developers_machine_are_not_packed(app: Path, file: str) -> None:
    before = pack(app).digest
    write(app, {file: "written while it runs"})
    assert pack(app).digest == before


@pytest.mark.parametrize(
    ("include", "packed"),
    [(["**"], False), (["**", "data/**"], False), (["**", "words.db"], True), (["**", "*.db"], True), (["data"], True)],
)
def test_a_database_that_include_names_is_packed(tmp_path: Path, include: list[str], packed: bool) -> None:
    write(tmp_path, {"data/words.db": "", "vaas.toml": f"name = 'x'\ninclude = {include}\n"})
    assert ("data/words.db" in pack(tmp_path).files) is packed


def test_the_databases_that_are_left_out_are_known(tmp_path: Path) -> None:
    files = ["data/words.db", "data/words.db-wal", "app.log", "tests/t.db", "named.db"]
    write(tmp_path, dict.fromkeys(files, "") | {"vaas.toml": "include = ['**', 'named.db']\nexclude = ['tests']"})
    assert databases_left_out(tmp_path, read_manifest(tmp_path)) == ["data/words.db"]


def test_what_can_never_change_a_bundle_is_known_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"vaas.toml": "include = ['**', 'words.db']\nexclude = ['tests']"})
    never = never_in_bundles(read_manifest(tmp_path))
    assert all(map(never, [*WRITTEN, ".vaas/data/x", ".git/index", "src/__pycache__/a.pyc"]))
    assert not any(map(never, ["app.py", "tests/t.py", "words.db", "templates/log.html"]))


def test_what_no_app_needs_is_never_packed(app: Path) -> None:
    before = pack(app).digest
    junk = [
        ".git/config",
        "pkg/__pycache__/mod.cpython-311.pyc",
        "old.pyc",
        ".venv/bin/python",
        "node_modules/x/index.js",
    ]
    junk += [".vaas/data", ".env", ".env.local", ".DS_Store", ".mypy_cache/x", "pkg/.git", "app.py~", "env3/pyvenv.cfg"]
    write(app, dict.fromkeys([*junk, "env3/lib/python3/site-packages/big.py"], "junk"))
    assert pack(app).digest == before


# --- what cannot be packed ---


@pytest.mark.parametrize("target", ["/etc/passwd", "app.py", "nowhere", "pkg"])
def test_a_link_is_refused_by_name_and_target(app: Path, target: str) -> None:
    (app / "pkg" / "link").symlink_to(target)
    with pytest.raises(LinkInApp, match=rf"hello/pkg/link is a symbolic link to {target}\..*`exclude` in vaas.toml"):
        pack(app)


def test_a_link_that_is_left_out_does_no_harm(app: Path) -> None:
    before = pack(app).files
    (app / "link").symlink_to("/etc/passwd")
    (app / "vaas.toml").write_text("exclude = ['link']")
    assert pack(app).files == before
    (app / "vaas.toml").write_text("include = ['*.py', 'pkg/**']")
    assert pack(app).files == before


def test_a_folder_that_is_asked_for_and_is_a_link_is_refused(app: Path) -> None:
    (app / "data").symlink_to("/etc")
    (app / "vaas.toml").write_text("include = ['data/**']")
    with pytest.raises(LinkInApp):
        pack(app)


def test_pipes_and_sockets_are_refused_by_name(app: Path) -> None:
    os.mkfifo(app / "pipe")
    with pytest.raises(NotAFile, match="pipe is a pipe, a socket or a device"):
        pack(app)
    (app / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(app / "socket"))
        with pytest.raises(NotAFile, match="hello/socket"):
            pack(app)


@pytest.mark.parametrize("name", ["a\\b.py", "new\nline.py", "C:x.py"])
def test_a_name_that_would_not_unpack_is_refused(app: Path, name: str) -> None:
    (app / name).write_text("")
    with pytest.raises(FileUnfit, match=r"cannot be in a bundle: it .* Rename or remove it"):
        pack(app)


def test_a_name_that_is_not_unicode_is_refused(app: Path) -> None:
    (app / os.fsdecode(b"\xff.py")).write_text("")
    with pytest.raises(FileUnfit, match="a name that is not Unicode"):
        pack(app)


def test_names_that_differ_in_case_alone_are_refused(app: Path) -> None:
    (app / "App.py").write_text("")
    with pytest.raises(FileUnfit, match=r"app.py.*differs from 'App.py' in case or accents alone"):
        pack(app)


def test_too_large_an_app_is_refused_and_the_largest_files_named(app: Path) -> None:
    (app / "big.bin").write_bytes(b"x" * 3000)
    (app / "bigger.bin").write_bytes(b"x" * 4000)
    largest = r"bigger.bin \(3.9KB\), big.bin \(2.9KB\), app.py \(14B\)"
    with pytest.raises(PackTooLarge, match=rf"would have 6.9KB, more than 4.9KB at most.*{largest}.*`exclude`"):
        pack(app, limits=LIMITS._replace(bundle=5000))


def test_too_many_files_are_refused(app: Path) -> None:
    with pytest.raises(FileUnfit, match=r"vaas.toml' cannot.*: there are more than 3 files and folders"):
        pack(app, limits=LIMITS._replace(files=3))


def test_a_broken_manifest_is_told_first(app: Path) -> None:
    (app / "vaas.toml").write_text("nmae = 'x'")
    with pytest.raises(ManifestInvalid, match="did you mean"):
        pack(app)


@pytest.mark.parametrize("pattern", ["[z-a]", "a\\\\"])
def test_a_pattern_that_is_none_is_named(app: Path, pattern: str) -> None:
    (app / "vaas.toml").write_text(f'exclude = ["{pattern}"]')
    with pytest.raises(PatternInvalid, match=r"in vaas.toml is not a pattern of files"):
        pack(app)


def test_a_file_that_goes_away_meanwhile_is_named(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: Path) -> bytes:
        path.unlink()
        return Path.open(path, "rb").read()

    monkeypatch.setattr(Path, "read_bytes", gone)
    monkeypatch.setattr("vaas.platform.manifest.reader._files_of", lambda _: {"vaas.toml": b""})
    with pytest.raises(FileUnreadable, match=r"hello/\w+.* cannot be read: No such file"):
        pack(app)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_named(app: Path) -> None:
    (app / "pkg").chmod(0)
    try:
        with pytest.raises(FolderUnreadable, match="hello/pkg cannot be read: Permission denied"):
            pack(app)
    finally:
        (app / "pkg").chmod(0o755)


# --- dependencies ---


ABOUT = "tiny-1.0.dist-info"
INSTALLED = {
    *(f"{ABOUT}/{name}" for name in ("METADATA", "WHEEL", "entry_points.txt", "top_level.txt")),
    *("layer.json", "tiny/__init__.py"),
}


def installed(packed: Packed) -> dict[str, bytes]:
    """The files of its layer."""
    assert packed.layer is not None
    with zipfile.ZipFile(packed.layer.file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("wheels")
@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "# what we need\ntiny>=1\n"},
        {"pyproject.toml": "[project]\nname = 'x'\ndependencies = ['tiny>=1', 'vaas']\n"},
        {"requirements.txt": "vaas>=0.1\ntiny \\\n  >= 1  # and no more\nVaas[all] ; python_version > '3'\n"},
        {"requirements.txt": "-r base.txt\n", "base.txt": "tiny\n"},
        {"requirements.txt": "./wheels/tiny-1.0-py3-none-any.whl\n"},
    ],
)
def test_dependencies_are_installed_into_a_layer(app: Path, wheels: Path, files: dict[str, str]) -> None:
    write(app, files)
    if "./wheels" in files.get("requirements.txt", ""):
        (app / "wheels").mkdir()
        wheel(app / "wheels", "1.0")
    packed = pack(app, cache=app.parent / "cache")
    assert installed(packed).keys() == INSTALLED
    assert installed(packed)["tiny/__init__.py"] == b"version = '1.0'\n"
    assert installed(packed)[f"{ABOUT}/top_level.txt"] == b"tiny\n"
    assert packed.layer is not None
    assert packed.layer.modules == {"tiny"}
    assert not (app / "_vendor").exists()


@pytest.mark.usefixtures("wheels")
def test_dependencies_make_the_same_bundle_and_layer_from_another_folder_and_cache(app: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "tiny"})
    other = make(tmp_path / "again" / "hello", vaas_toml="", app_py="print('hello')", pkg__mod_py="x = 1")
    write(other, {"requirements.txt": "tiny"})
    one, two = pack(app, cache=tmp_path / "cache"), pack(other, cache=tmp_path / "another")
    assert one.digest == two.digest
    assert one.layer is not None
    assert two.layer is not None
    assert one.layer.digest == two.layer.digest == hashlib.sha256(two.layer.file.read_bytes()).hexdigest()


@pytest.mark.usefixtures("wheels")
def test_a_bundle_has_no_package_but_names_its_layer_and_keeps_the_lock(app: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "tiny"})
    packed = pack(app, cache=tmp_path / "cache")
    assert packed.layer is not None
    here = {name: data for name, data in contents(packed).items() if name.startswith("_vendor/")}
    assert here.keys() == {"_vendor/layer.json", "_vendor/lock.txt"}
    assert named_layer(here["_vendor/layer.json"]) == packed.layer.digest
    assert here["_vendor/lock.txt"] == b"tiny==1.0\n"


@pytest.mark.usefixtures("wheels")
def test_a_change_of_the_code_leaves_the_layer_as_it_is(app: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "tiny"})
    before = pack(app, cache=tmp_path / "cache")
    write(app, {"app.py": "print('hi')"})
    after = pack(app, cache=tmp_path / "cache")
    assert after.digest != before.digest
    assert after.layer == before.layer


@pytest.mark.usefixtures("wheels")
def test_other_constraints_are_another_layer_and_the_same_ones_are_not_looked_at_again(
    app: Path, wheels: Path, tmp_path: Path
) -> None:
    wheel(wheels, "2.0")
    write(app, {"requirements.txt": "-c limits.txt\ntiny\n", "limits.txt": "tiny<2\n"})
    assert f"{ABOUT}/METADATA" in installed(pack(app, cache=tmp_path / "cache"))
    write(app, {"limits.txt": "tiny>=2\n"})
    found = pack(app, cache=tmp_path / "cache")
    assert installed(found)["tiny/__init__.py"] == b"version = '2.0'\n"
    for path in wheels.iterdir():
        path.unlink()
    assert pack(app, cache=tmp_path / "cache").layer == found.layer


def test_wheels_in_a_folder_of_the_app_are_enough_where_there_is_no_index(
    app: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_FIND_LINKS")
    write(app, {"requirements.txt": "--no-index\n--find-links ./wheels\ntiny\n"})
    (app / "wheels").mkdir()
    wheel(app / "wheels", "1.0")
    assert installed(pack(app, cache=tmp_path / "cache"))["tiny/__init__.py"] == b"version = '1.0'\n"
    wheel(app / "wheels", "3.0")
    assert installed(pack(app, cache=tmp_path / "cache"))["tiny/__init__.py"] == b"version = '3.0'\n"


def test_pip_makes_the_same_bundle_where_there_is_no_uv(
    app: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pip")
    write(app, {"requirements.txt": "tiny"})
    by_uv = pack(app, cache=tmp_path / "uv-cache")

    def absent() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(installer.uv, "find_uv_bin", absent)
    by_pip = pack(app, cache=tmp_path / "pip-cache")
    assert by_pip.digest == by_uv.digest


def test_the_same_dependencies_are_not_installed_again(app: Path, wheels: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "tiny\n"})
    before = pack(app, cache=tmp_path / "cache").digest
    for path in wheels.iterdir():
        path.unlink()  # nothing could be installed now
    write(app, {"requirements.txt": "# a comment\ntiny\n"})
    assert installed(pack(app, cache=tmp_path / "cache")).keys() == INSTALLED
    write(app, {"requirements.txt": "tiny\n"})
    assert pack(app, cache=tmp_path / "cache").digest == before


def test_other_dependencies_are_installed_anew(app: Path, wheels: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "tiny\n"})
    pack(app, cache=tmp_path / "cache")
    wheel(wheels, "2.0")
    write(app, {"requirements.txt": "tiny>=2\n"})
    assert installed(pack(app, cache=tmp_path / "cache"))["tiny/__init__.py"] == b"version = '2.0'\n"


def test_a_changed_file_that_requirements_include_is_read(app: Path, wheels: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "-r base.txt\n", "base.txt": "tiny\n"})
    pack(app, cache=tmp_path / "cache")
    wheel(wheels, "2.0")
    write(app, {"base.txt": "tiny>=2\n"})
    assert installed(pack(app, cache=tmp_path / "cache"))["tiny/__init__.py"] == b"version = '2.0'\n"


def test_dependencies_unused_for_a_month_leave_the_cache(app: Path, wheels: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "tiny\n"})
    pack(app, cache=tmp_path / "cache")
    (old,) = (tmp_path / "cache").iterdir()
    os.utime(old, (0, 0))
    write(app, {"requirements.txt": "tiny>=1\n"})
    pack(app, cache=tmp_path / "cache")
    assert not old.exists()
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_of_many_layers_those_that_were_used_last_stay_in_the_cache(
    app: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_layer, "KEPT_BYTES", 3000)
    for number in range(6):
        write(app, {"requirements.txt": f"tiny>=0.{number}\n"})
        found = pack(app, cache=tmp_path / "cache").layer
        assert found is not None
        assert found.file is not None
        assert found.file.exists()
    assert 1 <= len(list((tmp_path / "cache").iterdir())) < 6


@pytest.mark.usefixtures("wheels")
def test_a_dependency_that_cannot_be_had_is_told_in_the_installers_words(app: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "no-such-package==1\n"})
    with pytest.raises(InstallFailed, match=r"cannot be installed\. The installer says:(.|\n)*no-such-package"):
        pack(app, cache=tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.usefixtures("wheels")
def test_an_installer_that_hangs_is_stopped(app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(installer, "_installer", lambda: sleeping)
    monkeypatch.setattr(installer, "PATIENCE", 0.1)
    write(app, {"requirements.txt": "tiny\n"})
    with pytest.raises(InstallFailed, match="so it was stopped"):
        pack(app, cache=tmp_path / "cache")


@pytest.mark.parametrize("text", ["", "# nothing\n\n", "vaas\n", "VAAS>=1 ; python_version > '3'", "--no-index\n"])
def test_where_nothing_is_needed_nothing_is_installed(app: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "_installer", lambda: ["/nowhere"])
    write(app, {"requirements.txt": text})
    assert "requirements.txt" in pack(app).files


@pytest.mark.usefixtures("wheels")
def test_a_vendor_folder_of_the_apps_own_is_packed_but_not_mixed(app: Path, tmp_path: Path) -> None:
    write(app, {"_vendor/own.py": ""})
    assert "_vendor/own.py" in pack(app).files
    write(app, {"requirements.txt": "tiny\n"})
    with pytest.raises(VendorTaken, match="has a folder _vendor of its own"):
        pack(app, cache=tmp_path / "cache")


@pytest.mark.usefixtures("wheels")
def test_a_cache_that_cannot_be_written_is_a_clear_error(app: Path, tmp_path: Path) -> None:
    write(app, {"requirements.txt": "tiny\n"})
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheUnusable, match=r"file/cache: Not a directory"):
        pack(app, cache=tmp_path / "file" / "cache")


def test_the_cache_lies_with_the_users_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache() == tmp_path / "vaas" / "vendor"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert user_cache() == Path.home() / ".cache" / "vaas" / "vendor"
