from __future__ import annotations

import errno
import io
import os
import stat
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.bundle_format import names, unpack
from vaas.platform.bundle_format import unpack as unpacking
from vaas.platform.bundle_format.archive import LIMITS, BundleRefused, chunks
from vaas.platform.bundle_format.pack import zipped
from vaas.platform.bundle_format.unpack import MAX_READ, UnpackFailed, read_from_bundle, sweep
from vaas.platform.store.disk_errors import WAY

FILES = {"app.py": b"print('hello')", "pkg/__init__.py": b"", "pkg/data/x.bin": bytes(range(256)) * 2000}
FEW = LIMITS._replace(files=5, total=10_000, bundle=100_000, ratio_from=1_000)


def bundle(*entries: zipfile.ZipInfo | tuple[str | zipfile.ZipInfo, bytes], **options: Any) -> bytes:
    """A zip made without any care."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # duplicate names
        for entry in entries:
            name, data = entry if isinstance(entry, tuple) else (entry, b"x")
            archive.writestr(name, data)
    return buffer.getvalue()


def entry(name: str, mode: int = 0, **fields: Any) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("replaced")
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    """With other bytes at this place of every entry, in the directory and before its file."""
    for mark, place in ((b"PK\x01\x02", offset + 2), (b"PK\x03\x04", offset)):
        start = data.find(mark)
        while start >= 0:
            data = data[: start + place] + value + data[start + place + len(value) :]
            start = data.find(mark, start + 4)
    return data


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(tmp_path: Path, data: bytes, **options: Any) -> str:
    """Why; and that nothing at all is left."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    with pytest.raises(BundleRefused) as caught:
        unpack.unpack(path, tmp_path / "apps" / "hello", **options)
    left = [str(each) for each in (tmp_path / "apps").rglob("*")] if (tmp_path / "apps").exists() else []
    assert left == []
    return str(caught.value)


# --- what is right ---


def test_the_files_come_out_as_they_went_in(tmp_path: Path) -> None:
    assert unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "new" / "hello") == 3
    assert tree(tmp_path / "new" / "hello") == FILES
    assert os.listdir(tmp_path / "new") == ["hello"]


def test_a_compressed_zip_made_by_another_tool_is_fine(tmp_path: Path) -> None:
    data = bundle(("pkg/", b""), ("pkg/a.py", b"a" * 100), compression=zipfile.ZIP_DEFLATED)
    assert unpack.unpack(io.BytesIO(data), tmp_path / "app") == 1
    assert tree(tmp_path / "app") == {"pkg/a.py": b"a" * 100}


def test_the_files_are_read_only_and_readable_by_the_apps_user_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "app")
    finally:
        os.umask(before)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "app").rglob("*")}
    assert modes == {False: 0o444, True: 0o755}
    assert stat.S_IMODE((tmp_path / "app").stat().st_mode) == 0o755


def test_nobody_else_reads_what_is_half_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def watched(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
        for data in chunks(archive, info):
            yield data
            (beside,) = tmp_path.iterdir()
            file = beside / "new" / info.filename
            modes.add((stat.S_IMODE(beside.stat().st_mode), stat.S_IMODE(file.stat().st_mode)))

    modes: set[tuple[int, int]] = set()
    monkeypatch.setattr(unpack, "chunks", watched)
    before = os.umask(0)
    try:
        unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "app")
    finally:
        os.umask(before)
    assert modes == {(0o700, 0o600)}


def test_others_pass_through_the_folder_of_bundles_to_those_they_know(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "bundles" / "app")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "bundles").stat().st_mode) == WAY


def test_modes_in_the_zip_count_for_nothing(tmp_path: Path) -> None:
    unpack.unpack(io.BytesIO(bundle(entry("run", stat.S_IFREG | stat.S_ISUID | 0o777))), tmp_path / "app")
    assert stat.S_IMODE((tmp_path / "app" / "run").stat().st_mode) == 0o444


def test_unpacking_again_touches_nothing(tmp_path: Path) -> None:
    unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "app")
    before = touched(tmp_path)
    assert unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "app") == 3
    assert touched(tmp_path) == before


def touched(folder: Path) -> dict[Path, tuple[int, int]]:
    """Each inode with the time of its last change; that of a folder tells of files that came and went, too."""
    paths = [folder, *folder.rglob("*")]
    return {path: (path.stat().st_ino, path.stat().st_ctime_ns) for path in paths}


def test_a_bundle_without_files_is_a_folder_without_files(tmp_path: Path) -> None:
    assert unpack.unpack(io.BytesIO(bundle()), tmp_path / "app") == 0
    assert os.listdir(tmp_path / "app") == []


@pytest.mark.parametrize("damage", ["lost", "cut", "grown", "folder", "all"])
def test_a_folder_that_lost_something_is_replaced(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "app"
    unpack.unpack(io.BytesIO(zipped(FILES)), folder)
    file = folder / "pkg" / "data" / "x.bin"
    if damage in ("cut", "grown"):
        file.chmod(0o600)
        os.truncate(file, 0 if damage == "cut" else 10**6)
    else:
        file.unlink()
    if damage in ("folder", "all"):
        file.parent.rmdir()
        file.parent.write_text("a file now")
    if damage == "all":
        (folder / "app.py").unlink()
    unpack.unpack(io.BytesIO(zipped(FILES)), folder)
    assert tree(folder) == FILES
    assert os.listdir(tmp_path) == ["app"]


def test_several_at_once_leave_one_whole_folder(tmp_path: Path) -> None:
    errors: list[BaseException] = []

    def once() -> None:
        try:
            unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "app")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=once) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert tree(tmp_path / "app") == FILES
    assert os.listdir(tmp_path) == ["app"]


class Renames:
    """Every rename of a folder, with something that happens just before one of them, or just after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.before: dict[str, Callable[[], object]] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self._rename = Path.rename
        monkeypatch.setattr(Path, "rename", lambda source, target: self._renamed(source, target))

    def _renamed(self, source: Path, target: Path) -> Path:
        self.before.pop(target.name, lambda: None)()
        renamed = self._rename(source, target)
        self.after.pop(target.name, lambda: None)()
        return renamed


@pytest.fixture
def renames(monkeypatch: pytest.MonkeyPatch) -> Renames:
    return Renames(monkeypatch)


def again(folder: Path) -> int:
    return unpack.unpack(io.BytesIO(zipped(FILES)), folder)


def fail() -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_who_loses_a_race_is_done_and_leaves_the_winner_s_folder_where_it_is(tmp_path: Path, renames: Renames) -> None:
    folder = tmp_path / "app"
    won: list[int] = []

    def win() -> None:
        renames.before.clear()
        again(folder)
        won.append(folder.stat().st_ino)

    renames.before.update(app=win, old=win)
    assert again(folder) == 3
    assert [folder.stat().st_ino] == won
    assert tree(folder) == FILES
    assert os.listdir(tmp_path) == ["app"]


def test_who_loses_a_race_for_the_place_of_a_damaged_folder_is_done(tmp_path: Path, renames: Renames) -> None:
    folder = tmp_path / "app"
    again(folder)
    (folder / "app.py").unlink()
    renames.after["old"] = lambda: again(folder)
    assert again(folder) == 3
    assert tree(folder) == FILES
    assert os.listdir(tmp_path) == ["app"]


@pytest.mark.parametrize("damaged", [False, True])
def test_a_rename_that_fails_is_a_clear_error_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: bool
) -> None:
    folder = tmp_path / "app"
    if damaged:
        again(folder)
        (folder / "app.py").unlink()
    rename = Path.rename
    monkeypatch.setattr(Path, "rename", lambda source, target: fail() if target == folder else rename(source, target))
    with pytest.raises(UnpackFailed, match="Input/output error"):
        again(folder)
    assert os.listdir(tmp_path) == []


def test_a_damaged_folder_that_cannot_be_moved_away_is_a_clear_error(tmp_path: Path, renames: Renames) -> None:
    folder = tmp_path / "app"
    again(folder)
    (folder / "app.py").unlink()
    renames.before["old"] = fail
    with pytest.raises(UnpackFailed, match="Input/output error"):
        again(folder)
    assert os.listdir(tmp_path) == ["app"]


def test_a_file_in_its_place_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "app").write_text("a file")
    assert again(tmp_path / "app") == 3
    assert tree(tmp_path / "app") == FILES


def test_what_a_killed_unpacking_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in (".app.x1.part", "app", ".hidden", "a.part"):
        (tmp_path / name / "new").mkdir(parents=True)
    sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".hidden", "a.part", "app"]


def test_a_file_with_the_name_of_an_unpacking_stops_no_sweep(tmp_path: Path) -> None:
    (tmp_path / ".a.x1.part").write_text("a person's")
    (tmp_path / ".b.x2.part").mkdir()
    sweep(tmp_path)
    assert not (tmp_path / ".b.x2.part").exists()


def test_a_file_of_the_most_that_is_read_is_read() -> None:
    data = os.urandom(MAX_READ)
    assert read_from_bundle(io.BytesIO(zipped({"a": data})), ["a"]) == {"a": data}


def test_a_bundle_that_names_no_folders_is_unpacked_with_all_of_them(tmp_path: Path) -> None:
    data = bundle(("a/b/c/d.txt", b"deep"))
    unpack.unpack(io.BytesIO(data), tmp_path / "not" / "there" / "yet" / "hello")
    assert tree(tmp_path / "not" / "there" / "yet" / "hello") == {"a/b/c/d.txt": b"deep"}


# --- what is refused ---


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil", "leads out of the bundle by '..'"),
        ("a/../../evil", "leads out of the bundle by '..'"),
        ("a/..", "leads out of the bundle by '..'"),
        ("/etc/evil", "is an absolute path"),
        ("//evil", "is an absolute path"),
        ("C:/evil", "begins with a drive letter"),
        ("c:evil", "begins with a drive letter"),
        ("..\\evil", "has a backslash in its name"),
        ("a\x00.py", "has a NUL in its name"),
        ("a\nb", "has a control character in its name"),
        ("a\x7fb", "has a control character in its name"),
        ("a//b", "has an empty part, or '.', in its path"),
        ("./a", "has an empty part, or '.', in its path"),
        ("/", "is an absolute path"),
        ("", "has no name"),
        ("a" * 256, "has a part of more than 255 bytes in its path"),
        ("ä" * 200, "has a part of more than 255 bytes in its path"),
        ("/".join(["a" * 200] * 6), "has a path of more than 1024 bytes"),
    ],
)
def test_a_name_that_leads_anywhere_else_is_refused(tmp_path: Path, name: str, why: str) -> None:
    said = refused(tmp_path, bundle(entry("good.py"), entry(name)))
    assert said == f"The bundle is refused: the entry {name!r} {why}. Pack it again with `vaas deploy`."


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (stat.S_IFLNK, "is a link"),
        (stat.S_IFIFO, "is a device, a pipe or a socket"),
        (stat.S_IFSOCK, "is a device, a pipe or a socket"),
        (stat.S_IFBLK, "is a device, a pipe or a socket"),
        (stat.S_IFCHR, "is a device, a pipe or a socket"),
        (stat.S_IFDIR, "is a file and a folder at once"),
    ],
)
def test_what_is_no_plain_file_is_refused(tmp_path: Path, kind: int, why: str) -> None:
    assert f"the entry 'x' {why}." in refused(tmp_path, bundle((entry("x", kind | 0o777), b"/etc/passwd")))


def test_a_folder_by_name_that_says_it_is_a_file_is_refused(tmp_path: Path) -> None:
    assert "the entry 'x/' is a file and a folder at once." in refused(tmp_path, bundle(entry("x/", stat.S_IFREG)))


def test_a_folder_with_content_is_refused(tmp_path: Path) -> None:
    assert "the entry 'x/' is a folder with content." in refused(tmp_path, bundle((entry("x/"), b"data")))


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        (("a", "a"), "the entry 'a' is there twice"),
        (("App.py", "app.py"), "the entry 'app.py' differs from 'App.py' in case or accents alone"),
        (("Pkg/a", "pkg/b"), "the entry 'pkg/b' lies in 'pkg', which differs from 'Pkg' in case or accents"),
        (("stra\u00dfe", "STRASSE"), "the entry 'STRASSE' differs from 'straße'"),
        (("caf\u00e9", "cafe\u0301"), "the entry 'cafe\u0301' differs from 'caf\u00e9'"),
        (("a", "a/b"), "the entry 'a/b' lies in a folder that is a file as well"),
        (("a/b", "a"), "the entry 'a' is a file and a folder at once"),
    ],
)
def test_two_entries_in_one_place_are_refused(tmp_path: Path, pair: tuple[str, str], why: str) -> None:
    assert why in refused(tmp_path, bundle(*map(entry, pair)))


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, bundle(entry("a"), (entry("a/"), b"")))
    assert "the entry 'a/' is a file and a folder at once" in said


def test_a_folder_may_be_named_before_and_after_its_files(tmp_path: Path) -> None:
    data = bundle((entry("a/"), b""), entry("a/b"), (entry("a/"), b""))
    assert unpack.unpack(io.BytesIO(data), tmp_path / "app") == 1


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    data = patched(bundle(entry("secret.py")), 6, b"\x01\x00")
    assert "the entry 'secret.py' is encrypted." in refused(tmp_path, data)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_is_refused(tmp_path: Path, method: int) -> None:
    data = bundle(("a.py", b"x"), compression=method)
    assert "the entry 'a.py' is compressed by a method other than deflate." in refused(tmp_path, data)


@pytest.mark.parametrize("data", [b"", b"PK", b"hello" * 1000, b"PK\x05\x06", b"\x1f\x8b" + b"\0" * 100])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "it is not a zip file." in refused(tmp_path, data)


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    assert "it is not a zip file." in refused(tmp_path, zipped(FILES)[:-1])


def test_damaged_content_is_refused_and_named(tmp_path: Path) -> None:
    data = zipped(FILES).replace(b"print('hello')", b"print('hullo')")
    assert "the entry 'app.py' is damaged" in refused(tmp_path, data)


def test_a_zip64_file_is_refused(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
        data = bundle(entry("a"))
    assert "it is a zip64 file" in refused(tmp_path, data)


# --- bombs ---


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    data = bundle(*(entry(str(n)) for n in range(6)))
    assert "it has more than 5 files." in refused(tmp_path, data, limits=FEW)


def test_too_many_files_are_refused_also_when_their_number_is_a_lie(tmp_path: Path) -> None:
    data = bundle(*(entry(str(n)) for n in range(6)))
    lie = data[:-14] + struct.pack("<HH", 1, 1) + data[-10:]
    assert "it has more than 5 files." in refused(tmp_path, lie, limits=FEW)


def test_a_directory_of_unbearable_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    size = FEW.files * (46 + names.MAX_NAME) + 1
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, 0, 0)
    assert "it has more than 5 files." in refused(tmp_path, b"\0" * size + end, limits=FEW)


def test_a_few_names_that_ask_for_many_folders_are_refused(tmp_path: Path) -> None:
    data = bundle(entry("1/a/a"), entry("2/a/a"))
    said = refused(tmp_path, data, limits=FEW)
    assert "the entry '2/a/a' is one too many: there are more than 5 files and folders." in said


def test_too_large_a_zip_is_refused(tmp_path: Path) -> None:
    assert "it is larger than 97.7KB." in refused(tmp_path, b"x" * 100_001, limits=FEW)


def test_too_much_content_is_refused_and_the_largest_named(tmp_path: Path) -> None:
    data = bundle(("small", b"x" * 2000), ("large", os.urandom(9000)))
    assert "10.7KB together, more than 9.8KB; the largest is 'large'." in refused(tmp_path, data, limits=FEW)


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    data = bundle(("bomb", b"\0" * 9_000), compression=zipfile.ZIP_DEFLATED)
    assert "more than 100 times as large as the zip, as in a bomb; the largest is 'bomb'" in refused(
        tmp_path, data, limits=FEW
    )


def test_a_small_file_of_blanks_is_no_bomb(tmp_path: Path) -> None:
    data = bundle(("blanks", b" " * 900), compression=zipfile.ZIP_DEFLATED)
    unpack.unpack(io.BytesIO(data), tmp_path / "app", limits=FEW)
    assert tree(tmp_path / "app") == {"blanks": b" " * 900}


@pytest.mark.parametrize("claimed", [0, 10])
def test_content_beyond_what_its_entry_claims_never_reaches_the_disk(tmp_path: Path, claimed: int) -> None:
    data = bundle(("bomb", b"\0" * 9_000), compression=zipfile.ZIP_DEFLATED)
    lie = patched(data, 22, struct.pack("<L", claimed))
    assert "the entry 'bomb' is damaged" in refused(tmp_path, lie, limits=FEW)


def test_entries_that_share_their_content_are_refused_or_within_the_limits(tmp_path: Path) -> None:
    """The overlapping kind of bomb: many entries, one large content."""
    data = bundle(("a", b"\0" * 5_000), compression=zipfile.ZIP_DEFLATED)
    start = data.index(b"PK\x01\x02")
    head, end = data[start : data.index(b"PK\x05\x06")], data[data.index(b"PK\x05\x06") :]
    many = head + head.replace(b"a", b"b", 1) + head.replace(b"a", b"c", 1)
    sized = end[:8] + struct.pack("<HHL", 3, 3, len(many)) + end[16:]
    assert "more than 9.8KB" in refused(tmp_path, data[:start] + many + sized, limits=FEW)


# --- disks ---


def test_a_full_disk_is_a_clear_error_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fchmod", full)
    with pytest.raises(UnpackFailed, match=r"disk of .*apps is full\. Free some space"):
        unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "apps" / "hello")
    assert os.listdir(tmp_path / "apps") == []


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "apps").write_text("")
    with pytest.raises(UnpackFailed, match="apps: "):
        unpack.unpack(io.BytesIO(zipped(FILES)), tmp_path / "apps" / "hello")


def test_a_bundle_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UnpackFailed, match="No such file"):
        unpack.unpack(tmp_path / "nothing.zip", tmp_path / "app")


# --- reading a few files ---


def test_named_files_are_read_out_of_a_bundle() -> None:
    data = io.BytesIO(zipped({"vaas.toml": b"name = 'a'", "pkg/vaas.toml": b"other", "app.py": b""}))
    assert read_from_bundle(data, ["vaas.toml", "pyproject.toml"]) == {"vaas.toml": b"name = 'a'"}
    assert not data.closed


def test_a_named_file_of_megabytes_is_refused() -> None:
    data = io.BytesIO(zipped({"vaas.toml": b"#" * (MAX_READ + 1)}))
    with pytest.raises(BundleRefused, match=r"'vaas.toml' is larger than 1MB"):
        read_from_bundle(data, ["vaas.toml"])


def test_reading_refuses_whatever_unpacking_refuses() -> None:
    data = io.BytesIO(bundle(entry("vaas.toml"), entry("../evil")))
    with pytest.raises(BundleRefused, match=r"\.\./evil"):
        read_from_bundle(data, ["vaas.toml"])


# --- everything at once ---


@given(st.data())
def test_a_bundle_damaged_anywhere_is_refused_or_comes_out_within_its_folder(data: st.DataObject) -> None:
    whole = bytearray(bundle(("pkg/a.py", b"a" * 50), ("b.py", b"bb"), compression=zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = read_from_bundle(io.BytesIO(bytes(whole)), ["pkg/a.py", "b.py"])
    except BundleRefused as error:
        read = {}
        said = str(error)
    else:
        said = "The bundle is fine"
    assert said.startswith("The bundle is")
    assert read.items() <= {"pkg/a.py": b"a" * 50, "b.py": b"bb"}.items()


@given(st.text(max_size=40))
def test_a_name_is_refused_or_stays_inside(name: str) -> None:
    if names.refusal(name) is None:
        assert os.path.normpath(os.path.join("/root/app", name)).startswith("/root/app/")
        assert "\0" not in name


def test_files_of_packages_that_are_much_together_are_not_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_TOGETHER", 1000)
    files = {f"p{number}.dist-info/METADATA": b"#" * 300 for number in range(4)}
    with pytest.raises(BundleRefused, match="what describes its packages is larger than 1000B"):
        read_from_bundle(io.BytesIO(zipped(files)), files)
    assert len(read_from_bundle(io.BytesIO(zipped(files)), list(files)[:3])) == 3
