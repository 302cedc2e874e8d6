"""The names of an app's folders, as the kernel knows them: for what was imported before, for classes, for C code."""

from __future__ import annotations

import os
from textwrap import dedent

import pytest

from tests.e2e.apps import TRUSTED
from tests.e2e.running import Running, running
from tests.installed import bring

APP = dedent(
    """
    import bz2, inspect, io, json, os, pathlib, runpy, shutil, sqlite3, tempfile, tokenize
    from lxml import etree
    from sqlalchemy import create_engine, text
    from whitenoise import WhiteNoise

    TRIED = {}

    def tried(function):
        TRIED[function.__name__] = function
        return function

    def own():
        return "its own source"

    @tried
    def classes_and_what_was_bound_before():
        with bz2.open("/data/a.bz2", "wt") as file:
            file.write("bz2")
        read = bz2.open("/data/a.bz2", "rt").read()
        return read, io.FileIO("/app/main.py").readable(), io.open_code("/app/main.py").readable()

    @tried
    def source_of_its_own_code():
        other = tokenize.open("/app/other.py").read(), runpy.run_path("/app/other.py")["NAME"]
        return inspect.getsource(own).splitlines()[-1].strip(), *other

    @tried
    def databases():
        one = sqlite3.connect("file:/data/one.db?mode=rwc", uri=True)
        one.executescript("create table if not exists t(a); delete from t; insert into t values (7)")
        one.execute("attach '/data/two.db' as two").execute("create table if not exists two.t(a)")
        pathlib.Path("/data/copy.db").unlink(missing_ok=True)
        one.execute("vacuum into '/data/copy.db'")
        copied = sqlite3.Connection("/data/copy.db").execute("select a from t").fetchone()[0]
        return copied, os.path.exists("/data/two.db")

    @tried
    def sqlalchemy():
        engine = create_engine("sqlite:////data/app.db")
        with engine.begin() as connection:
            connection.execute(text("create table if not exists t(a)"))
            connection.execute(text("insert into t values (1)"))
        return os.path.getsize("/data/app.db") > 0

    @tried
    def files_read_in_c():
        pathlib.Path("/data/a.xml").write_text("<a>lxml</a>")
        return etree.parse("/data/a.xml").getroot().text

    @tried
    def static_files():
        seen = []
        missing = lambda environ, start: seen.append("not found") or [b""]
        served = WhiteNoise(missing, root="/app/static", prefix="static/")
        asked = {"PATH_INFO": "/static/a.txt", "REQUEST_METHOD": "GET"}
        answer = served(asked, lambda status, headers: seen.append(status))
        return seen, b"".join(answer).decode()

    @tried
    def links_lists_and_errors():
        for name in ("/data/target", "/data/link"):
            pathlib.Path(name).unlink(missing_ok=True)
        pathlib.Path("/data/target").write_text("target")
        os.symlink("/data/target", "/data/link")
        try:
            open("/data/missing")
        except OSError as error:
            failed = error.filename
        listed = [it.path for it in os.scandir("/app/static")]
        return open("/data/link").read(), os.path.realpath("/data/link"), failed, listed

    @tried
    def temporary_files():
        with tempfile.NamedTemporaryFile() as file:
            shutil.copy(file.name, "/data/copied")
            return tempfile.gettempdir(), os.path.dirname(file.name)

    def app(environ, start_response):
        start_response("200 OK", [])
        return [json.dumps(TRIED[environ["PATH_INFO"].strip("/")]()).encode()]
    """
)
SAID = {
    "classes_and_what_was_bound_before": ["bz2", True, True],
    "source_of_its_own_code": ['return "its own source"', 'NAME = "other"\n', "other"],
    "databases": [7, True],
    "sqlalchemy": True,
    "files_read_in_c": "lxml",
    "static_files": [["200 OK"], "static"],
    "links_lists_and_errors": ["target", "/data/target", "/data/missing", ["/app/static/a.txt"]],
    "temporary_files": ["/tmp", "/tmp"],
}


@pytest.fixture(scope="module")
def named(platform: Running) -> Running:
    deploy(platform, APP, "sqlalchemy", "whitenoise", "lxml")
    return platform


def deploy(platform: Running, code: str, *packages: str) -> None:
    folder = platform.home / "apps" / "named"
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "a.txt").write_text("static")
    (folder / "main.py").write_text(code)
    (folder / "other.py").write_text('NAME = "other"\n')
    bring(folder, *packages)
    manifest = f'name = "named"\nentry = "main:app"\ninterface = "wsgi"\n{TRUSTED}[permissions]\nmodules = ["*"]\n'
    (folder / "vaas.toml").write_text(manifest)
    platform.vaas("deploy", str(folder), "--grant")


@pytest.mark.parametrize("what", SAID)
def test_an_app_s_folders_have_their_names_for_the_kernel_too(named: Running, what: str):
    answer = named.get(f"/named/{what}")
    assert (answer.status_code, answer.text and answer.json()) == (200, SAID[what])


WITHOUT_MOUNTS = dedent(
    """
    import json, os, pathlib, sqlite3, tempfile
    from lxml import etree
    from sqlalchemy import create_engine, text

    def app(environ, start_response):
        real = os.environ["VAAS_DATA_DIR"]
        pathlib.Path("/data/a.xml").write_text("<a>lxml</a>")
        with create_engine("sqlite:////data/app.db").begin() as connection:
            connection.execute(text("create table if not exists t(a)"))
        sqlite3.connect(f"file:{real}/app.db?mode=ro", uri=True).execute("select * from t")
        start_response("200 OK", [])
        read, listed = etree.parse(f"{real}/a.xml").getroot().text, sorted(os.listdir("/data"))
        places = os.path.expanduser("~") == real, tempfile.gettempdir() == os.environ["VAAS_TMP_DIR"]
        return [json.dumps([read, listed, *places]).encode()]
    """
)


@pytest.mark.skipif(os.geteuid() != 0, reason="a right that is not there cannot be dropped")
def test_where_nothing_can_be_mounted_python_knows_the_names_and_the_environment_the_real_ones(
    tmp_path_factory: pytest.TempPathFactory,
):
    dropped = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")
    with running(tmp_path_factory.mktemp("unmounted"), through=dropped) as platform:
        deploy(platform, WITHOUT_MOUNTS, "sqlalchemy", "lxml")
        answer = platform.get("/named/")
        assert (answer.status_code, answer.text and answer.json()) == (200, ["lxml", ["a.xml", "app.db"], True, True])
