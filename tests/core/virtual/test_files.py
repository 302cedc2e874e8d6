"""The app's files: /app is read-only, /data and /tmp are its own, nothing else is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted
from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.files import Mount, PathMap, inside
from vaas.core.virtual.opening import folder_of

PATHS = PathMap((Mount("/app", "/real/app", False), Mount("/data", "/real/data", True)))


@given(st.text("ab./", max_size=30))
def test_no_path_leads_out_of_the_mounts(path: str) -> None:
    try:
        real = PATHS.real(path)
    except PermissionError:
        return
    assert inside(real, "/real/app") or inside(real, "/real/data")


@given(st.lists(st.sampled_from(["a", "b.txt", ".", "..", "data2"]), max_size=6))
def test_a_path_within_data_stays_what_it_is(parts: list[str]) -> None:
    virtual = os.path.normpath("/".join(["/data", *parts]))
    if inside(virtual, "/data"):
        assert PATHS.real(virtual) == "/real" + virtual
        assert PATHS.seen("/real" + virtual) == virtual


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/data2/x", "/database", "/app/../etc/passwd", "../../etc", "/", "/real/data/x"]
)
def test_a_path_elsewhere_is_refused_with_the_key_that_asks(path: str) -> None:
    with pytest.raises(PermissionError, match=r"\[permissions\] read or write"):
        PATHS.real(path)


def test_the_bundle_is_read_only() -> None:
    with pytest.raises(PermissionError, match="keep files in /data"):
        PATHS.real("/app/x", "w")


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "out").symlink_to("/etc")
    (tmp_path / "data" / "in").symlink_to(tmp_path / "data")
    paths = PathMap((Mount("/data", str(tmp_path / "data"), True),))
    with pytest.raises(PermissionError, match="leads out"):
        paths.real("/data/out/passwd")
    assert paths.real("/data/in/x") == str(tmp_path / "data" / "x")


def test_granted_folders_are_reached_as_granted(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    permissions = Permissions(read=(str(tmp_path / "in"),), write=(str(tmp_path / "out"),))
    paths = PathMap.make("/real/app", None, None, Policy(permissions=permissions))
    assert paths.real(str(tmp_path / "out" / "x"), "w") == str(tmp_path / "out" / "x")
    assert paths.real(str(tmp_path / "in" / "x")) == str(tmp_path / "in" / "x")
    with pytest.raises(PermissionError):
        paths.real(str(tmp_path / "in" / "x"), "w")


def test_loose_translation_leaves_real_paths_and_descriptors_as_they_are(tmp_path: Path) -> None:
    paths = PathMap((Mount("/tmp", str(tmp_path), True),), cwd="", strict=False)
    assert paths.loose("/tmp/x") == str(tmp_path / "x")
    assert paths.loose(b"/tmp/x") == os.fsencode(tmp_path / "x")
    assert paths.loose(str(tmp_path / "x")) == str(tmp_path / "x")
    assert paths.loose(sys.prefix) == sys.prefix
    assert (paths.loose("x"), paths.loose(3), paths.loose("/etc")) == ("x", 3, "/etc")


def test_vaas_s_own_files_stay_where_they_are_in_a_checkout_under_tmp(tmp_path: Path) -> None:
    import vaas.core

    own = str(Path(vaas.core.__file__))
    paths = PathMap((Mount(str(Path(own).parents[2]), str(tmp_path), True),), cwd="", strict=False)
    assert paths.loose(own) == own
    assert paths.loose(str(Path(own).parents[2] / "notes.txt")) == str(tmp_path / "notes.txt")


def test_open_os_and_pathlib_agree_on_the_app_s_files(apps: Any) -> None:
    text = """
        import os, shutil, tempfile
        from pathlib import Path

        with open("/data/a.txt", "w") as f:
            f.write("a")
        Path("/data/sub/deep").mkdir(parents=True, exist_ok=True)
        Path("/data/sub/b.txt").write_text("b")
        os.rename("/data/a.txt", "/data/sub/c.txt")
        shutil.copy("/data/sub/b.txt", "/data/d.txt")
        TREE = [(top, sorted(dirs), sorted(files)) for top, dirs, files in os.walk("/data")]
        GLOB = sorted(str(p) for p in Path("/data").rglob("*.txt"))
        SIZE = os.path.getsize("/data/d.txt"), os.path.exists("/data/nope"), os.stat("/data/d.txt").st_size
        CAN = [os.access(it, os.W_OK) for it in ("/data/d.txt", "/app/app.py", "/etc", "/data/nope")]
        CAN.append(os.access(".", os.R_OK))
        HERE = Path(__file__).parent.joinpath("app.py").exists(), Path("app.py").resolve().as_posix()
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w", delete=False) as named:
            named.write("x")
            TEMP = folder.startswith("/tmp/") and os.path.isdir(folder) and named.name.startswith("/tmp/")
        GONE = not os.path.exists(folder) and os.path.exists(named.name)
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:TREE") == [
        ("/data", ["sub"], ["d.txt"]),
        ("/data/sub", ["deep"], ["b.txt", "c.txt"]),
        ("/data/sub/deep", [], []),
    ]
    assert machine.resolve("app:GLOB") == ["/data/d.txt", "/data/sub/b.txt", "/data/sub/c.txt"]
    assert machine.resolve("app:SIZE") == (1, False, 1)
    assert machine.resolve("app:HERE") == (True, "/app/app.py")
    assert machine.resolve("app:CAN") == [True, False, False, False, True]
    assert machine.resolve("app:TEMP") is True
    assert machine.resolve("app:GONE") is True


@pytest.mark.parametrize(
    "what",
    [
        "open('/etc/hostname')",
        "open('../../etc/hostname')",
        "open(0)",
        "open('/data/x', opener=print)",
        "Path('/etc/hostname').read_text()",
        "os.listdir('/')",
        "os.stat('/etc')",
        "os.remove('/app/app.py')",
        "shutil.copy('/etc/hostname', '/data/x')",
        "shutil.rmtree('/')",
        "os.path.getsize('/etc/hostname')",
        "Path('/app/x').touch()",
        "os.rename('/app/app.py', '/data/x')",
        "os.chdir('/etc')",
        "io.open('/etc/hostname')",
    ],
)
def test_restricted_code_reaches_no_other_file(apps: Any, what: str) -> None:
    with pytest.raises(PermissionError) as caught:
        apps(f"import io, os, shutil\nfrom pathlib import Path\n{what}", code="restricted").load("app")
    assert str(apps.tmp_path) not in str(caught.value)


def test_an_error_names_the_path_as_the_app_knows_it(apps: Any) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        apps("import os\nos.listdir('/data/none')", code="restricted").load("app")
    assert caught.value.filename == "/data/none"


@pytest.mark.parametrize(
    "what",
    [
        "open('/data/none')",
        "open('/data')",
        "open('/data/a/b/c')",
        "os.stat('/data/none')",
        "os.rename('/data/none', '/data/other')",
        "shutil.copyfile('/data/none', '/data/x')",
        "shutil.move('/data/none', '/data/x')",
        "shutil.rmtree('/data/none')",
        "Path('/data/none').read_text()",
        "shutil.disk_usage('/data/none')",
        "os.walk('/data/none', onerror=raises).__next__()",
    ],
)
def test_no_error_shows_a_real_path_nor_has_one_behind_it(apps: Any, what: str) -> None:
    text = f"""
        import os, shutil
        from pathlib import Path
        def raises(error):
            raise error
        try:
            {what}
        except OSError as error:
            FOUND = error
        """
    error = apps(text, code="restricted").resolve("app:FOUND")
    while error is not None:
        assert str(apps.tmp_path) not in f"{error} {error.filename} {error.filename2} {error.args}"
        error = error.__context__


def test_links_are_looked_at_wherever_they_stand(apps: Any, tmp_path: Path) -> None:
    text = """
        import os, shutil
        SEEN = os.path.islink("/data/tree/out"), os.path.isdir("/data/tree/out"), os.path.exists("/data/tree/out")
        def refused(act):
            try:
                act()
            except (OSError, shutil.Error) as error:
                return "leads out" in str(error)
        REFUSED = [refused(act) for act in (
            lambda: shutil.copytree("/data/tree", "/data/copy"),
            lambda: os.readlink("/data/tree/out"),
            lambda: os.listdir("/data/tree/out"),
            lambda: os.stat("/data/tree/out"),
        )]
        KIND = os.lstat("/data/tree/out").st_mode != os.lstat("/data/tree").st_mode
        shutil.rmtree("/data/tree")
        LEFT = os.listdir("/data")
        """
    machine = apps(text, code="restricted")
    data = Path(machine.paths.mounts[1].real)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("x")
    (data / "tree").mkdir()
    (data / "tree" / "out").symlink_to(tmp_path / "outside")
    assert machine.resolve("app:SEEN") == (True, False, False)
    assert machine.resolve("app:REFUSED") == [True] * 4
    assert machine.resolve("app:KIND") is True
    assert machine.resolve("app:LEFT") == ["copy"]
    assert (tmp_path / "outside" / "secret").read_text() == "x"


def test_what_is_opened_is_what_was_looked_at(tmp_path: Path) -> None:
    """Another thread may rename folders between the two."""
    (tmp_path / "data" / "a" / "b").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b").write_text("secret")
    paths = PathMap((Mount("/data", str(tmp_path / "data"), True),))
    (tmp_path / "data" / "a" / "b" / "f").write_text("mine")
    root, real = paths._found("/data/a/b/f", "r", follow=True)
    (tmp_path / "data" / "a" / "b").rename(tmp_path / "data" / "c")
    (tmp_path / "data" / "a" / "b").symlink_to(tmp_path / "data" / "c")
    with pytest.raises(NotADirectoryError), folder_of(root, real):
        """It is not reached."""


def test_the_machine_s_folders_stay_where_they_are(apps: Any) -> None:
    text = """
        import os, shutil
        os.makedirs("/data/a/b")
        os.removedirs("/data/a/b")
        LEFT = os.path.isdir("/data"), os.listdir("/data")
        REFUSED = []
        for act in (os.rmdir, shutil.rmtree, lambda it: os.rename(it, "/tmp/x"), lambda it: os.rename("/tmp", it)):
            try:
                act("/data")
            except PermissionError as error:
                REFUSED.append("stays where it is" in str(error))
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:LEFT") == (True, [])
    assert machine.resolve("app:REFUSED") == [True] * 4


@pytest.mark.parametrize(
    ("mode", "buffering", "kind"),
    [
        ("r", -1, "TextIOWrapper"),
        ("rb", -1, "BufferedReader"),
        ("wb", 512, "BufferedWriter"),
        ("r+b", -1, "BufferedRandom"),
        ("rb", 0, "Raw"),
        ("a", 1, "TextIOWrapper"),
        ("x", -1, "TextIOWrapper"),
    ],
)
def test_files_are_of_the_types_and_modes_that_open_gives(apps: Any, mode: str, buffering: int, kind: str) -> None:
    text = f"""
        import os
        open("/data/f", "w").close()
        path = "/data/new" if "x" in {mode!r} else "/data/f"
        with open(path, {mode!r}, {buffering}) as file:
            FACTS = type(file).__name__, file.name, file.mode, file.readable(), file.writable()
        """
    made = apps(text, code="restricted").resolve("app:FACTS")
    real = apps.tmp_path / "real"
    real.touch()
    with open(apps.tmp_path / "x" if "x" in mode else real, mode, buffering) as file:
        assert made[2:] == (file.mode, file.readable(), file.writable())
    assert made[:2] == (kind, "/data/new" if "x" in mode else "/data/f")


def test_a_file_is_appended_to_truncated_and_read_in_lines_as_anywhere(apps: Any) -> None:
    text = """
        with open("/data/f", "w", encoding="utf-8", newline="") as file:
            print("a\\r", file=file)
        with open("/data/f", "a+") as file:
            file.write("ü")
            file.seek(0)
            LINES = file.readlines()
        with open("/data/f", "r+b") as file:
            file.truncate(1)
            RAW = file.read()
        open("/data/f", "w").close()
        with open("/data/f") as file:
            EMPTY = file.read()
        """
    machine = apps(text, code="restricted")
    assert [machine.resolve(f"app:{it}") for it in ("LINES", "RAW", "EMPTY")] == [["a\n", "ü"], b"a", ""]


OPENED = {
    "a text with an encoding for bytes": "open(TOP + '/a.txt', 'rb', encoding='utf-8')",
    "a newline for bytes": "open(TOP + '/a.txt', 'rb', newline='')",
    "errors for bytes": "open(TOP + '/a.txt', 'rb', errors='ignore')",
    "text without a buffer": "open(TOP + '/a.txt', buffering=0)",
    "a folder to read": "open(TOP + '/sub')",
    "a folder to write": "open(TOP + '/sub', 'w')",
    "what is there already": "open(TOP + '/a.txt', 'x')",
    "what is not there": "open(TOP + '/none.txt', 'r+')",
    "an encoding that is none": "open(TOP + '/a.txt', encoding='no-such')",
    "a newline that is none": "open(TOP + '/a.txt', newline='x')",
}


@pytest.mark.parametrize("text", OPENED.values(), ids=OPENED.keys())
def test_what_open_refuses_restricted_code_is_refused_alike(apps: Any, tmp_path: Path, text: str) -> None:
    text = f"with {text} as file:\n    it = file.read()"
    assert restricted(apps, text) == plainly(tmp_path / "plain", text)


@pytest.mark.parametrize("arguments", [("/etc/hostname", "r"), (0, 0, "r"), (object(), 0, "r")])
def test_the_class_of_a_file_opens_none(apps: Any, arguments: Any) -> None:
    """A library may call it, that of a file which restricted code has given it."""
    with apps("", code="restricted").open("/app/app.py", "rb", 0) as file, pytest.raises((PermissionError, TypeError)):
        type(file)(*arguments)


@pytest.mark.parametrize("mode", ["", "rw", "rbt", "z", "+", "rr"])
def test_a_mode_that_open_does_not_know_is_a_value_error(apps: Any, mode: str) -> None:
    with pytest.raises(ValueError, match="mode"):
        apps("", code="restricted").open("/data/f", mode)


def test_temporary_files_go_when_they_are_closed(apps: Any) -> None:
    text = """
        import os, tempfile
        file = tempfile.NamedTemporaryFile("w+", suffix=".txt")
        file.write("x")
        file.seek(0)
        FACTS = file.read(), file.name.startswith("/tmp/tmp"), file.name.endswith(".txt"), os.path.exists(file.name)
        file.close()
        file.close()
        folder = tempfile.TemporaryDirectory()
        GONE = os.path.exists(file.name), os.path.isdir(folder.name)
        folder.cleanup()
        GONE += (os.path.isdir(folder.name),)
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:FACTS") == ("x", True, True, True)
    assert machine.resolve("app:GONE") == (False, True, False)


PROCESS = """
import os, pathlib, shutil, sqlite3, sys, tempfile
from vaas.core.virtual.files import Mount, PathMap
from vaas.core.virtual.process_paths import install_process_paths
real = sys.argv[1]
mounts = tuple(Mount("/" + n, real + "/" + n, n != "app") for n in ("app", "data", "tmp"))
install_process_paths(PathMap(mounts, cwd="", strict=False))
pathlib.Path("/data/a").write_text("1")
open("/data/b", "w").close()
os.makedirs("/data/deep/er")
shutil.copy("/data/a", "/data/c")
sqlite3.connect("/data/db").execute("create table t (x)").connection.close()
with tempfile.NamedTemporaryFile() as f:
    assert os.path.exists(f.name) and f.name.startswith(real)
folder = os.open("/data/deep", os.O_RDONLY)
for path, found in (("er", True), ("../a", True), ("../../data/b", True), ("../../etc", False), ("/data/a", True)):
    try:
        os.stat(path, dir_fd=folder)
    except FileNotFoundError:
        assert not found, path
os.rename(src="../c", dst="c", src_dir_fd=folder, dst_dir_fd=folder)
os.rename(src="/data/deep/c", dst="/data/c")
assert os.listdir(path="/data/deep") == ["er"]
os.close(folder)
os.chdir("/data")
assert os.getcwd() == "/data", os.getcwd()
assert [top for top, _, _ in os.walk("/data")] == ["/data", "/data/deep", "/data/deep/er"]
assert pathlib.Path("/app/read.txt").resolve().read_text() == "bundle"
print(sorted(os.listdir("/data")))
"""


def test_a_host_s_own_process_translates_for_libraries_too(tmp_path: Path) -> None:
    for name in ("app", "data", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "app" / "read.txt").write_text("bundle")
    done = subprocess.run([sys.executable, "-c", PROCESS, str(tmp_path)], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("['a', 'b', 'c', 'db', 'deep']", "")
    assert sorted(it.name for it in (tmp_path / "data").iterdir()) == ["a", "b", "c", "db", "deep"]
