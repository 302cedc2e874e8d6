"""The whole API over stores in memory, called through ASGI as a client would, with the node's part played by hand."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import pytest

from vaas.core.terminal import Terminal
from vaas.platform.auth import tokens as auth
from vaas.platform.bundle_format.build_layer import Facts
from vaas.platform.bundles.memory import MemoryBundles
from vaas.platform.control.endpoints.api import build_api
from vaas.platform.control.services import DiskFacts, Services, Started
from vaas.platform.node.engine import NoReleaseAnswers
from vaas.platform.reconciler.record_outcome import record_outcome
from vaas.platform.reconciler.record_trial import accept_trial, reject_trial
from vaas.platform.records import records
from vaas.platform.records.records import Outcome
from vaas.platform.store.interface import Check, Delete, Entry, Listing, Put
from vaas.platform.store.memory import MemoryStore

T = TypeVar("T")

V1 = "/api/v1"


class Store(MemoryStore):
    """Gives way to other tasks before each answer, as a store across a wire does."""

    async def get(self, key: str) -> Entry | None:
        await asyncio.sleep(0)
        return await super().get(key)

    async def scan(self, prefix: str) -> Listing:
        await asyncio.sleep(0)
        return await super().scan(prefix)

    async def commit(self, changes: Sequence[Put | Delete], checks: Sequence[Check] = ()) -> int:
        await asyncio.sleep(0)
        return await super().commit(changes, checks)


class Program:
    """Writes its words and then its input, until that ends or it is interrupted; exits with 3."""

    def __init__(self, command: tuple[str, ...], terminal: Terminal | None) -> None:
        self.command = command
        self.terminal = terminal
        self.size = (0, 0)
        self.reason = ""
        self._input: asyncio.Queue[bytes] = asyncio.Queue()
        self._ended = asyncio.Event()

    async def output(self) -> AsyncIterator[tuple[str, bytes]]:
        yield "stdout", " ".join(self.command).encode()
        while data := await self._input.get():
            yield "stderr", data
        self._ended.set()

    async def feed(self, data: bytes) -> None:
        self._input.put_nowait(data)

    def resize(self, rows: int, columns: int) -> None:
        self.size = rows, columns

    def interrupt(self, reason: str = "") -> None:
        self.reason = reason
        self._input.put_nowait(b"")
        self._ended.set()

    async def finish(self) -> tuple[int, str]:
        await self._ended.wait()
        return 3, self.reason


class Engine:
    """A node on which ``shop.add`` answers, and nothing else."""

    def __init__(self) -> None:
        self.programs: list[Program] = []
        self.quarantined: dict[str, str] = {}

    def quarantine(self, app: str) -> str:
        return self.quarantined.get(app, "")

    async def call(self, app: str, method: str, args: bytes, timeout: float) -> tuple[int, bytes]:
        if method != "add":
            return 404, b'{"title":"Not Found","status":404,"detail":"There is no such method."}'
        return 200, args

    async def run(
        self, app: str, release: int | None, command: tuple[str, ...], timeout: float, terminal: Terminal | None = None
    ) -> Started:
        if release == 9:
            raise NoReleaseAnswers(app=app)
        self.programs.append(Program(command, terminal))
        return Started(release or 1, self.programs[-1])

    def stats(self, app: str) -> dict[str, float]:
        return (
            {"hosts": 1, "workers": 4, "stalled": 1, "in_flight": 2, "calls": 99, "errors": 3} if app == "shop" else {}
        )

    def errors_by_status(self, app: str) -> dict[int, int]:
        return {500: 2, 504: 1} if app == "shop" else {}


class Logs:
    """Two lines, and with ``follow`` a third that never comes."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.open = 0

    async def read(
        self, app: str, since: float | None, grep: str, follow: bool, limit: int | None, request: str, full: bool
    ) -> AsyncIterator[bytes]:
        self.asked.append((app, since, grep, follow, limit, request, full))
        self.open += 1
        try:
            yield b'{"time":1.0,"text":"one"}\n{"time":2.0,"text":"two"}\n'
            if follow:
                await asyncio.Event().wait()
        finally:
            self.open -= 1


class Disk:
    """What takes the disk, as a test says."""

    found = DiskFacts(total=1000, free=600, apps={"shop": 70}, bundles=1, layers=2, unpacked=3)

    async def facts(self) -> DiskFacts:
        return self.found


class Builder:
    """Builds nothing, and remembers what it was to build."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def build(self, lines: list[str]) -> Facts:
        self.asked.append(lines)
        return Facts("a" * 64, 1, ["tiny"], "tiny==1\n")


class Api:
    """A platform's API and an admin who calls it. ``run`` runs anything on its event loop."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.run_async = runner.run
        self.store, self.bundles, self.logs = Store(), MemoryBundles(), Logs()
        self.engine, self.disk, self.builder = Engine(), Disk(), Builder()
        self.services = Services(
            store=self.store,
            bundles=self.bundles,
            logs=self.logs,
            engine=self.engine,
            disk=self.disk,
            builder=self.builder,
            node="n1",
            gateway="http://gateway",
            console="http://console",
            version="0.1.0",
            started_at=datetime(2026, 1, 1, tzinfo=UTC),
            max_bundle=100_000,
        )
        self.app = build_api(self.services)
        self.admin, _ = self.run(auth.ensure_admin(self.store, None, "ann"))
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url="http://console"
        )

    def run(self, answer: Awaitable[T]) -> T:
        async def main() -> T:
            return await answer

        return self.run_async(main())

    def request(
        self, method: str, path: str, json: Any = None, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """Of ``/api/v1``; by the admin unless another token is given, without any for an empty one."""
        return self.run(self.requesting(method, path, json, token=token, **more))

    async def requesting(
        self, method: str, path: str, json: Any = None, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        text = self.admin if token is None else token
        headers = {"Authorization": f"Bearer {text}"} if text else {}
        if json is not None:
            more["json"] = json
        return await self.http.request(method, V1 + path, headers=headers | more.pop("headers", {}), **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ok(self.request("GET", path, **more))

    def send(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        return self.ok(self.request(method, path, json, **more))

    def ok(self, response: httpx.Response) -> Any:
        assert response.status_code < 300, response.text
        return response.json() if response.content else None

    def upload(self, bundle: bytes) -> str:
        digest = hashlib.sha256(bundle).hexdigest()
        self.ok(self.request("PUT", f"/bundles/{digest}", content=bundle))
        return digest

    def deploy(self, app: str = "shop", code: str = "1", manifest: str = "", **order: Any) -> Any:
        """Uploads and releases an app with that code; returns the answer's JSON."""
        return self.send("POST", f"/apps/{app}/releases", {"digest": self.upload(pack(app, code, manifest)), **order})

    def prove(self, app: str, number: int, **outcome: Any) -> None:
        self.run(self.proving(app, number, **outcome))

    async def proving(self, app: str, number: int, **outcome: Any) -> None:
        """Does what a node does with a candidate: records that it started, or failed."""
        fields = {"state": "ready", **outcome}
        record = Outcome(app=app, number=number, at=records.now(), **fields)
        await record_outcome(self.store, record, latest=fields["state"] == "ready")

    def try_out(self, app: str, revision: int, error: str = "") -> None:
        """Does what a node does with settings on trial: records that the app started with them, or not."""
        if error:
            why = {"error": error, "where": "app.py:3", "traceback": "Traceback …"}
            self.run(reject_trial(self.store, app, revision, release=1, **why))
        else:
            self.run(accept_trial(self.store, app, revision))

    def token(self, role: str, *apps: str) -> str:
        text: str = self.send("POST", "/tokens", {"name": f"a {role}", "role": role, "apps": list(apps)})["token"]
        return text


def pack(app: str = "shop", code: str = "1", manifest: str = "", files: dict[str, str] | None = None) -> bytes:
    """A bundle as the command line packs it, near enough."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in {"vaas.toml": f'name = "{app}"\n{manifest}', "app.py": code, **(files or {})}.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


@pytest.fixture
def api() -> Iterator[Api]:
    with asyncio.Runner() as runner:
        api = Api(runner)
        yield api
        api.run(api.http.aclose())
        api.run(api.store.close())


@pytest.fixture
def shop(api: Api) -> Api:
    """The API with an app whose v1 answers."""
    api.deploy()
    api.prove("shop", 1)
    return api


@pytest.fixture(name="pack")
def _pack() -> Any:
    return pack
