"""open_service: an app in its machine, as a worker of a host has it, restricted and trusted."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec
import pytest

from vaas.core.errors import VaasError
from vaas.core.policy import CodeMode, Policy
from vaas.core.service import Service
from vaas.core.spec import HostSpec
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.thread_binding import binding
from vaas.framework.authoring.errors import DuplicateRoute, NoApp, NotAnApp, SeveralApps
from vaas.framework.http.wire_heads import HttpHead, RpcHead, decode_http_reply, decode_info
from vaas.framework.serving.service import app_modules, open_service
from vaas.framework.testing.calls import MemoryExchange, answering

BOTH: list[CodeMode] = ["restricted", "trusted"]


class Host:
    """One app's machine and service, as ``core/host/worker.py`` makes them."""

    def __init__(self, folder: Path, code: CodeMode, entry: str = "", env: dict[str, str] | None = None) -> None:
        self.lines: list[str] = []
        self.code = code
        policy = Policy(code=code)
        spec = HostSpec("shop", "v7", str(folder), str(folder), str(folder), entry=entry, policy=policy)
        self.machine = Machine(
            folder, policy=policy, env=env or {}, modules=app_modules(), console=self._print, name="shop"
        )
        self.service: Service = open_service(self.machine, spec)

    def _print(self, stream: str, level: str, text: str) -> None:
        self.lines.append(f"{stream} {text}")

    def send(
        self, method: str, path: str, body: bytes = b"", query: bytes = b"", headers: Any = ()
    ) -> tuple[int, bytes]:
        exchange = MemoryExchange("http", HttpHead(method, path, query, list(headers)), body)
        self._run(exchange)
        assert exchange.head is not None
        return decode_http_reply(exchange.head).status, exchange.whole_body()

    def get(self, path: str) -> Any:
        status, body = self.send("GET", path)
        assert status == 200, body
        return msgspec.json.decode(body)

    def call(self, method: str, arguments: bytes) -> bytes:
        exchange = MemoryExchange("rpc", RpcHead(method), arguments)
        self._run(exchange)
        return exchange.body

    def _run(self, exchange: MemoryExchange) -> None:
        async def main() -> None:
            work = self.service.handle(exchange)
            if work is not None:
                await work

        with binding(self.machine), answering(exchange):
            asyncio.run(main())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, source: str, name: str = "app.py") -> None:
    (folder / name).write_text(dedent(source))


SHOP = """
    from __future__ import annotations

    import os
    from dataclasses import dataclass

    import vaas
    from vaas import HTTPError

    @dataclass
    class Order:
        id: int
        note: str = "none"

    @vaas.app
    class Shop:
        def __init__(self):
            self._sold = 0

        @vaas.on_start
        async def begin(self):
            self._sold = 100

        @vaas.get("/sold")
        async def sold(self, req, res):
            self._sold += 1
            return {"sold": self._sold}

        @vaas.get("/me")
        def me(self):
            context = vaas.context
            return [context.app, context.release, context.request_id, vaas.env["MODE"], os.environ["MODE"]]

        @vaas.post("/orders")
        async def order(self, body: Order, res: vaas.Response) -> Order:
            res.status = 201
            res.headers["x-id"] = str(body.id)
            res.set_cookie("last", str(body.id))
            return body

        @vaas.get("/all/{rest:path}")
        async def everything(self, req: vaas.Request, rest: str, q: list[int] = []):
            return [req.method, rest, q, str(req.url), req.headers.get("x"), req.cookies, req.query_params.get("q")]

        @vaas.get("/boom")
        async def boom(self):
            return 1 / 0

        @vaas.get("/denied")
        async def denied(self):
            raise HTTPError(403, "not you")

        @vaas.get("/log")
        async def log(self):
            print("printed")
            vaas.log.warning("logged %s", 5)

        @vaas.get("/page")
        def page(self):
            return vaas.file("/app/page.html")

        @vaas.get("/outside")
        def outside(self):
            return vaas.file("/etc/hostname")

        @vaas.get("/ticks")
        async def ticks(self):
            for n in range(3):
                yield f"{n} "

        @vaas.get("/forms")
        def forms(self):
            kind = self.q if hasattr(self, "q") else "html"
            return vaas.html("<p>") if kind == "html" else vaas.redirect("/")

        @vaas.websocket("/chat")
        async def chat(self, ws: vaas.WebSocket):
            async for message in ws:
                await ws.send(message)

        @vaas.rpc
        async def add(self, a: int, b: int) -> int:
            return a + b
"""


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, folder: Path) -> Host:
    write(folder, SHOP)
    (folder / "page.html").write_text("<p>page")
    return Host(folder, request.param, env={"MODE": "dark"})


def test_an_app_answers_in_its_machine(shop: Host) -> None:
    asyncio.run(shop.service.start())
    assert [shop.get("/sold"), shop.get("/sold")] == [{"sold": 101}, {"sold": 102}]
    assert shop.send("POST", "/orders", b'{"id":3}') == (201, b'{"id":3,"note":"none"}')
    assert shop.send(
        "GET", "/all/a/b", query=b"q=1&q=2", headers=[(b"x", b"y"), (b"cookie", b"c=d"), (b"host", b"h.org")]
    ) == (
        200,
        b'["GET","a/b",[1,2],"http://h.org/all/a/b?q=1&q=2","y",{"c":"d"},"2"]',
    )
    assert shop.send("GET", "/ticks") == (200, b"0 1 2 ")
    assert shop.send("GET", "/forms") == (200, b"<p>")
    assert shop.send("GET", "/denied")[0] == 403
    assert shop.call("add", b'{"a":1,"b":2}') == b"3"


def test_context_and_environment_are_the_apps_own(shop: Host) -> None:
    app, release, request_id, mode, same = shop.get("/me")
    assert (app, release, mode, same) == ("shop", "v7", "dark", "dark")
    assert len(request_id) == 16


def test_a_failure_is_told_in_the_apps_own_log_once_with_its_own_frames(shop: Host) -> None:
    status, body = shop.send("GET", "/boom")
    assert status == 500
    assert b"ZeroDivisionError" not in body
    text = "\n".join(shop.lines)
    assert text.count("ZeroDivisionError") == 1
    assert 'File "/app/app.py", line' in text
    assert "in boom" in text
    assert "framework" not in text


def test_what_an_app_prints_and_logs_goes_to_its_console(folder: Path) -> None:
    write(folder, SHOP)
    host = Host(folder, "restricted")
    assert host.send("GET", "/log") == (204, b"")
    assert host.lines == ["stdout printed", "log shop: logged 5"]


@pytest.mark.parametrize("code", BOTH)
def test_a_route_that_an_override_loses_is_a_warning_in_the_log(folder: Path, code: CodeMode) -> None:
    base = "import vaas\nclass Base:\n    @vaas.get\n    def hi(self): ...\n"
    text = f"{base}@vaas.app\nclass Shop(Base):\n    def hi(self): ...\n"
    (folder / "app.py").write_text(text)
    host = Host(folder, code)
    assert [line.partition(": decorate")[0] for line in host.lines] == [
        "log app.py:7: Shop.hi overrides Base.hi and has no decorator, so that nothing calls it"
    ]


def test_files_are_opened_as_the_app_would_open_them(shop: Host) -> None:
    assert shop.send("GET", "/page") == (200, b"<p>page")
    if shop.code == "restricted":  # trusted code is held by the kernel alone
        status, body = shop.send("GET", "/outside")
        assert status in (404, 500)
        assert b"Traceback" not in body


def test_a_websocket_works_in_a_machine(shop: Host) -> None:
    exchange = MemoryExchange("ws", HttpHead("GET", "/chat", b"", []), more=True)
    exchange.inbox.put_nowait((b"hello", True))
    exchange.inbox.put_nowait(None)
    shop._run(exchange)
    assert exchange.outbox.get_nowait() == (b"hello", True)


def test_the_node_is_told_of_routes_rpc_and_what_blocks(folder: Path) -> None:
    write(
        folder,
        """
        import vaas

        @vaas.app
        class App:
            @vaas.get("/fast")
            async def fast(self): ...
            @vaas.http(["GET", "POST"], "/slow")
            def slow(self): ...
            @vaas.get("/stream")
            async def stream(self):
                yield ""
            @vaas.websocket("/ws")
            async def ws(self, ws): ...
            @vaas.rpc
            def add(self, a: int): ...
        """,
    )
    info = decode_info(Host(folder, "restricted").service.info)
    assert info.kind == "vaas"
    assert info.blocking == ["GET /slow", "POST /slow", "HEAD /slow"]
    assert info.blocking_else is False
    assert info.rpc == ["add"]
    assert info.routes == [
        ("GET", "/fast"),
        ("GET", "/slow"),
        ("POST", "/slow"),
        ("GET", "/stream"),
        ("WEBSOCKET", "/ws"),
    ]


def test_a_plain_def_behind_a_pattern_may_block_anywhere(folder: Path) -> None:
    write(folder, "import vaas\n@vaas.app\nclass A:\n    @vaas.get('/x/{n}')\n    def x(self, n): ...\n")
    assert decode_info(Host(folder, "restricted").service.info).blocking_else is True


def test_two_workers_have_two_instances_and_two_modules(folder: Path) -> None:
    write(folder, SHOP)
    one, two = Host(folder, "restricted", env={"MODE": "a"}), Host(folder, "restricted", env={"MODE": "b"})
    one.get("/sold")
    assert (one.get("/sold"), two.get("/sold")) == ({"sold": 2}, {"sold": 1})
    assert (one.get("/me")[3], two.get("/me")[3]) == ("a", "b")


@pytest.mark.parametrize("code", BOTH)
@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        ("import vaas\nclass A: ...\n", NoApp, "app.py has no class with @vaas.app"),
        (
            "import vaas\n@vaas.app\nclass A:\n    @vaas.get\n    def a(self): ...\n"
            "@vaas.app\nclass B:\n    @vaas.get\n    def b(self): ...\n",
            SeveralApps,
            "A at app.py:4, B at app.py:8",
        ),
        (
            "import vaas\n@vaas.app\nclass A:\n    @vaas.get('/x')\n    def a(self): ...\n"
            "    @vaas.get('/x')\n    def b(self): ...\n",
            DuplicateRoute,
            "app.py:6: GET /x is already answered by A.a at app.py:4",
        ),
    ],
)
def test_what_is_wrong_with_an_app_is_said_with_file_and_line(
    folder: Path, code: CodeMode, source: str, error: type[VaasError], said: str
) -> None:
    write(folder, source)
    with pytest.raises(error) as caught:
        Host(folder, code)
    assert said in str(caught.value)


def test_an_entry_names_one_of_several_apps(folder: Path) -> None:
    write(
        folder,
        """
        import vaas

        @vaas.app
        class One:
            @vaas.get("/")
            def who(self):
                return ["one"]

        @vaas.app
        class Two:
            @vaas.get("/")
            def who(self):
                return ["two"]
        """,
        "shops.py",
    )
    assert Host(folder, "restricted", entry="shops:Two").get("/") == ["two"]


def test_an_entry_that_is_no_app_says_what_it_is(folder: Path) -> None:
    write(folder, "app = 5\n")
    with pytest.raises(NotAnApp, match="'app:app' is of type int"):
        Host(folder, "restricted", entry="app:app")


def test_an_app_cannot_change_what_it_sees_of_vaas(folder: Path) -> None:
    write(
        folder,
        """
        import vaas

        try:
            vaas.get = None
        except Exception as error:
            said = type(error).__name__

        @vaas.app
        class App:
            @vaas.get("/")
            def who(self):
                return [said]
        """,
    )
    for code in BOTH:
        assert Host(folder, code).get("/")[0].endswith("Error")


def test_nothing_public_of_vaas_is_a_module(folder: Path) -> None:
    module = app_modules()["vaas"]
    public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    assert set(public) == set(module.__all__)
    for value in public.values():
        assert not isinstance(value, type(sys))
        for name in dir(value):
            if not name.startswith("_"):
                assert not isinstance(getattr(value, name, None), type(sys)), (value, name)


def test_a_call_with_its_body_still_coming_is_bound_when_it_has_come(folder: Path) -> None:
    write(folder, SHOP)
    host = Host(folder, "restricted")
    exchange = MemoryExchange("http", HttpHead("POST", "/orders", b"", []), b'{"id"', more=True)
    exchange.inbox.put_nowait((b":9}", False))
    exchange.inbox.put_nowait(None)
    host._run(exchange)
    assert exchange.body == b'{"id":9,"note":"none"}'


@pytest.mark.parametrize("code", BOTH)
def test_a_stop_that_fails_is_told_in_the_app_s_log_from_its_own_frames_on(tmp_path: Path, code: CodeMode) -> None:
    write(
        tmp_path,
        """
        import vaas

        @vaas.app
        class App:
            @vaas.on_stop
            async def stop(self):
                raise ValueError("could not flush")
        """,
    )
    host = Host(tmp_path, code)
    asyncio.run(host.service.stop())
    assert [line for line in host.lines if "could not flush" in line][-1] == "stderr ValueError: could not flush"
    assert not [line for line in host.lines if "dispatch.py" in line]


def test_an_app_that_logs_nothing_has_no_loggers_made_for_it(tmp_path: Path) -> None:
    """A restricted app's are its own, and cost a start and memory."""
    (tmp_path / "app.py").write_text(
        dedent(
            """
            import vaas

            @vaas.app
            class Quiet:
                @vaas.get("/")
                def says(self):
                    vaas.log.info("asked")
            """
        )
    )
    host = Host(tmp_path, "restricted")
    assert "logging" not in host.machine.shown
    host.send("GET", "/")
    assert [line for line in host.lines if "asked" in line] == ["log shop: asked"]
