"""Building a layer on the node: a real uv in a real host, an index of the test's own, a hostile package."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests import uids
from tests.platform.bundle_format.wheels import wheel
from tests.platform.reconciler.test_layers import CountedBundles
from vaas.core.confine.system import probe
from vaas.core.limits.cgroups import NONE
from vaas.core.pool.pools import Pools
from vaas.core.pool.program import Program
from vaas.core.spec import HostSpec
from vaas.platform.bundle_format.build_layer import LayerTooLarge
from vaas.platform.bundle_format.installer import InstallFailed
from vaas.platform.bundle_format.unpack import names_in_bundle, read_from_bundle
from vaas.platform.gateway.blocking_routes import understand
from vaas.platform.node import layer_builder
from vaas.platform.node.bootstrap import PRELOAD
from vaas.platform.node.layer_builder import LayerBuilder, TooManyBuilds, index_of
from vaas.platform.reconciler.folders import Folders

pytestmark = pytest.mark.untraced  # what is built here starts programs, and those say what traces them


HOSTILE = """
import json, os, pathlib, socket, zipfile

HOME = pathlib.Path(os.environ["HOME"])


def connects(address):
    with socket.create_connection(address, 2):
        return "connected"


ATTEMPTS = {
    "read the passwords": lambda: open("/etc/shadow").read(),
    "read the platform's records": lambda: open(RECORDS).read(),
    "list the platform's data": lambda: os.listdir(os.path.dirname(RECORDS)),
    "change the requirements": lambda: open("/app/requirements.txt", "a"),
    "write elsewhere": lambda: open("/usr/evil", "w"),
    "reach another port": lambda: connects(("127.0.0.1", OTHER)),
    "reach another host": lambda: connects(("192.0.2.1", 443)),
    "send a datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    "see the node's environment": lambda: os.environ["CANARY"],
}


def tried(attempt):
    try:
        return str(attempt())
    except BaseException as error:
        return "refused: " + type(error).__name__


def build_wheel(folder, settings=None, metadata=None):
    (HOME / "installed").mkdir(exist_ok=True)
    os.symlink("/etc/hostname", HOME / "installed" / "linked.py")
    os.symlink("/etc", HOME / "installed" / "folder")
    os.mkfifo(HOME / "installed" / "pipe")
    about = "evil-1.dist-info/"
    with zipfile.ZipFile(pathlib.Path(folder, "evil-1-py3-none-any.whl"), "w") as made:
        made.writestr("evil/tried.json", json.dumps({name: tried(it) for name, it in ATTEMPTS.items()}))
        made.writestr(about + "METADATA", "Metadata-Version: 2.1\\\\nName: evil\\\\nVersion: 1\\\\n")
        form = "Wheel-Version: 1.0\\\\nGenerator: t\\\\nRoot-Is-Purelib: true\\\\nTag: py3-none-any\\\\n"
        made.writestr(about + "WHEEL", form)
        made.writestr(about + "RECORD", "")
    return "evil-1-py3-none-any.whl"
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "evil"
version = "1"
"""


class Index:
    """A package index at an address of its own."""

    def __init__(self, folder: Path) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, _, name = self.path.strip("/").partition("/")
                body = listing(name) if kind == "simple" else (folder / name).read_bytes()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html" if kind == "simple" else "application/octet-stream")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_HEAD(self) -> None:
                self.send_error(405)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        def listing(name: str) -> bytes:
            files = [it.name for it in sorted(folder.iterdir()) if it.name.startswith(f"{name}-")]
            return "".join(f'<a href="/files/{it}">{it}</a>' for it in files).encode()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/simple"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    return folder


@pytest.fixture
def index(packages: Path) -> Iterator[Index]:
    made = Index(packages)
    yield made
    made.close()


async def built(tmp_path: Path, index: Index, *lines: str, **environ: str) -> tuple[CountedBundles, str]:
    """The store, and the layer's digest."""
    uids.reserve(tmp_path / "data")
    folders = Folders(tmp_path / "data", probe((str(tmp_path / "data"),)))
    folders.lay_out()
    (tmp_path / "data/records").write_text("secret")
    bundles = CountedBundles()
    pools = Pools(understand, lambda *_: None, str(tmp_path / "data/tmp"), PRELOAD, NONE)
    pools.start()
    try:
        environ = {"UV_DEFAULT_INDEX": index.address, "CANARY": "alive", **environ}
        builder = LayerBuilder(tmp_path / "data/node/builds", pools.run, bundles, folders.builder(), environ)
        builder.lay_out()
        facts = await builder.build([*lines])
    finally:
        await pools.stop()
    assert list((tmp_path / "data/node/builds").iterdir()) == []
    return bundles, facts.digest


def stored(bundles: CountedBundles, digest: str) -> io.BytesIO:
    return io.BytesIO(bundles._bundles[digest])


def test_a_layer_is_built_of_what_the_index_has_and_stored(tmp_path: Path, packages: Path, index: Index) -> None:
    wheel(packages, "1.0", needs=("other",))
    wheel(packages, "2.0", "other")
    bundles, digest = asyncio.run(built(tmp_path, index, "tiny>=1"))
    assert {"layer.json", "tiny/__init__.py", "other/__init__.py"} <= set(names_in_bundle(stored(bundles, digest)))


def test_what_the_index_has_not_is_told_in_the_installers_words_and_leaves_nothing(
    tmp_path: Path, index: Index
) -> None:
    with pytest.raises(InstallFailed, match="nothing-here"):
        asyncio.run(built(tmp_path, index, "nothing-here==1"))


def test_a_package_that_attacks_while_it_is_built_reaches_nothing_and_smuggles_nothing(
    tmp_path: Path, packages: Path, index: Index
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        code = f"RECORDS, OTHER = {str(tmp_path / 'data/records')!r}, {other.getsockname()[1]}\n{HOSTILE}"
        with tarfile.open(packages / "evil-1.tar.gz", "w:gz") as archive:
            for name, text in {"pyproject.toml": PROJECT, "backend.py": code.replace("\\\\n", "\\n")}.items():
                info = tarfile.TarInfo(f"evil-1/{name}")
                info.size = len(text.encode())
                archive.addfile(info, io.BytesIO(text.encode()))
        bundles, digest = asyncio.run(built(tmp_path, index, "evil==1"))
    names = names_in_bundle(stored(bundles, digest))
    tried = json.loads(read_from_bundle(stored(bundles, digest), ["evil/tried.json"])["evil/tried.json"])
    assert len(tried) == 10
    assert all(answer.startswith("refused: ") for answer in tried.values()), tried
    assert not any(name.startswith(("linked.py", "folder", "pipe")) for name in names), names


def test_where_the_index_has_a_password_no_package_runs_code(tmp_path: Path, packages: Path, index: Index) -> None:
    with tarfile.open(packages / "evil-1.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("evil-1/pyproject.toml")
        archive.addfile(info, io.BytesIO())
    address = index.address.replace("http://", "http://me:secret@")
    with pytest.raises(InstallFailed, match="evil"):
        asyncio.run(built(tmp_path, index, "evil==1", UV_DEFAULT_INDEX=address))


@pytest.mark.parametrize(
    ("environ", "hosts", "secret"),
    [
        ({}, ("pypi.org:443", "files.pythonhosted.org:443"), False),
        ({"UV_INDEX_URL": "https://index.example/simple"}, ("index.example:443",), False),
        ({"PIP_INDEX_URL": "http://u:p@index.example/simple"}, ("index.example:80",), True),
        (
            {"UV_DEFAULT_INDEX": "https://a.example:8443/s", "UV_INDEX_URL": "https://b.example"},
            ("a.example:8443",),
            False,
        ),
    ],
)
def test_the_index_is_the_one_of_the_nodes_environment(
    environ: dict[str, str], hosts: tuple[str, ...], secret: bool
) -> None:
    assert index_of(environ)[1:] == (hosts, secret)


def test_builds_are_one_at_a_time_and_few_wait(tmp_path: Path) -> None:
    begun: list[str] = []

    async def never(spec: HostSpec, timeout: float) -> Program:
        begun.append(spec.app)
        await asyncio.Event().wait()
        raise AssertionError

    async def story() -> None:
        builder = LayerBuilder(tmp_path / "builds", never, CountedBundles(), 0, {})
        builder.lay_out()
        waiting = [asyncio.create_task(builder.build(["tiny"])) for _ in range(layer_builder.QUEUE + 1)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyBuilds):
            await builder.build(["tiny"])
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert begun == ["@build"]
        assert os.listdir(tmp_path / "builds") == []

    asyncio.run(story())


def test_more_than_a_layer_may_have_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_builder, "LIMITS", layer_builder.LIMITS._replace(total=10_000))
    (tmp_path / "data/installed").mkdir(parents=True)
    (tmp_path / "data/installed/large.py").write_bytes(b"x" * 20_000)
    with pytest.raises(LayerTooLarge):
        layer_builder._zipped(tmp_path, ["tiny"])
    assert replace(layer_builder.LIMITS_OF_A_BUILD, memory=1).memory == 1
