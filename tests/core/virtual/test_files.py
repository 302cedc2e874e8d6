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

from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.files import Mount, PathMap, inside

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
