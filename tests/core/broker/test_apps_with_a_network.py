"""Apps in real hosts, forked by a real zygote: whatever a library connects with, what was granted works and no more."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import http.server
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec
import pytest
from msgspec import Raw

from tests.installed import bring
from vaas.core.policy import Permissions, Policy
from vaas.core.pool.pool import Pool
from vaas.core.pool.pools import Pools
from vaas.core.spec import HostSpec
from vaas.framework.http.wire_heads import RpcHead, decode_rpc_reply, encode

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel layer is for Linux")

APP = dedent(
    """
    import asyncio, ctypes, http.client, os, socket, ssl, struct, threading, urllib.request
    import vaas

    def said(error):
        return f"{type(error).__name__} {getattr(error, 'errno', '')}".strip()

    def trying(method):
        async def tried(self, host: str = "127.0.0.1", port: int = 0) -> str:
            try:
                return str(await method(host, port))
            except Exception as error:
                return said(error.__context__ if "Connect" in type(error).__name__ else error)
        tried.__name__ = method.__name__
        return vaas.rpc(tried)

    def read(sock):
        with sock:
            sock.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            return b"".join(iter(lambda: sock.recv(4096), b"")).decode().rpartition("\\n")[2]

    def trusting():
        with open(os.path.join(os.path.dirname(__file__), "authority.pem")) as authority:
            context = ssl.create_default_context(cadata=authority.read())
        context.check_hostname = False
        return context

    async def read_from(host, port, **options):
        reader, writer = await asyncio.open_connection(host, port, **options)
        writer.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
        text = (await reader.read()).decode().rpartition("\\n")[2]
        writer.close()
        return text

    @vaas.app
    class Works:
        @trying
        async def by_socket(host, port):
            return read(socket.create_connection((host, port)))

        @trying
        async def by_asyncio(host, port):
            return await read_from(host, port)

        @trying
        async def by_sock_connect(host, port):
            sock = socket.socket()
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, (host, port))
            sock.setblocking(True)
            return read(sock)

        @trying
        async def by_asyncio_of_the_standard_library(host, port):
            return await asyncio.to_thread(
                lambda: asyncio.Runner(loop_factory=asyncio.SelectorEventLoop).run(read_from(host, port)))

        @trying
        async def by_urllib(host, port):
            with urllib.request.urlopen(f"http://{host}:{port}/", timeout=5) as answer:
                return answer.read().decode()

        @trying
        async def by_http_client(host, port):
            connection = http.client.HTTPConnection(host, port)
            connection.request("GET", "/")
            return connection.getresponse().read().decode()

        @trying
        async def by_httpx(host, port):
            import httpx
            return httpx.get(f"http://{host}:{port}/").text

        @trying
        async def by_async_httpx(host, port):
            import httpx
            async with httpx.AsyncClient() as client:
                return (await client.get(f"http://{host}:{port}/")).text

        @trying
        async def after_a_redirect(host, port):
            import httpx
            return httpx.get(f"http://{host}:{port}/redirect", follow_redirects=True).text

        @trying
        async def by_tls(host, port):
            return read(trusting().wrap_socket(socket.create_connection((host, port))))

        @trying
        async def by_asyncio_tls(host, port):
            return await read_from(host, port, ssl=trusting())

        @trying
        async def by_c(host, port):
            library = ctypes.CDLL(None, use_errno=True)
            made = library.socket(2, 1, 0)
            address = struct.pack("=H", 2) + struct.pack("!H4s8x", port, socket.inet_aton(host))
            if library.connect(made, address, len(address)) < 0:
                raise OSError(ctypes.get_errno(), "connect")
            return read(socket.socket(fileno=made))

        @trying
        async def by_the_resolver_of_c(host, port):
            found = ctypes.c_void_p()
            answer = ctypes.CDLL(None).getaddrinfo(host.encode(), None, None, ctypes.byref(found))
            return f"answer {answer}"

        @trying
        async def by_a_changing_address(host, port):
            '''One thread changes the port in memory while others connect: how often did the other one answer?'''
            granted, other = (int(each) for each in host.split(":"))
            library = ctypes.CDLL(None, use_errno=True)
            address = ctypes.create_string_buffer(
                struct.pack("=H", 2) + struct.pack("!H4s8x", granted, socket.inet_aton("127.0.0.1")))
            going = True
            def change():
                while going:
                    for port in (other, granted):
                        ctypes.memmove(ctypes.addressof(address) + 2, struct.pack("!H", port), 2)
            changing = threading.Thread(target=change)
            changing.start()
            reached = set()
            try:
                for _ in range(200):
                    with socket.socket() as sock:
                        if library.connect(sock.fileno(), address, 16) == 0:
                            reached.add(sock.getpeername()[1])
            finally:
                going = False
                changing.join()
            return "reached only the granted" if reached <= {granted} else f"reached {reached - {granted}}"

        @trying
        async def by_connecting_twice(host, port):
            granted, other = (int(each) for each in host.split(":"))
            with socket.create_connection(("127.0.0.1", granted)) as sock:
                return os.strerror(sock.connect_ex(("127.0.0.1", other)))

        @trying
        async def by_reconnecting(host, port):
            '''connect() to AF_UNSPEC dissolves a connection, and leaves the socket for another.'''
            granted, other = (int(each) for each in host.split(":"))
            library = ctypes.CDLL(None, use_errno=True)
            with socket.create_connection(("127.0.0.1", granted)) as sock:
                library.connect(sock.fileno(), bytes(16), 16)
                sock.connect(("127.0.0.1", other))
                return "reached"

        @trying
        async def by_answering_itself(host, port):
            '''Looks for a descriptor on which it could answer for the broker.'''
            library = ctypes.CDLL(None, use_errno=True)
            for number in range(1024):
                if library.ioctl(number, ctypes.c_ulong(0xC0502100), bytes(80)) == 0:
                    return "answered"
                if ctypes.get_errno() not in (9, 25):
                    return os.strerror(ctypes.get_errno())
            return "nothing"

        @trying
        async def by_many_at_once(host, port):
            answers = await asyncio.gather(*(read_from(host, port) for _ in range(60)))
            return len(answers)

        @trying
        async def after_taking_all_descriptors(host, port):
            taken = []
            try:
                while True:
                    taken.append(socket.socket())
            except OSError as error:
                full = os.strerror(error.errno)
            for each in taken:
                each.close()
            return f"{full}, then {read(socket.create_connection((host, port)))}"

        @trying
        async def leaving_descriptors(host, port):
            def opened():
                count = 0
                for number in range(1024):
                    try:
                        os.fstat(number)
                        count += 1
                    except OSError:
                        pass
                return count
            before = opened()
            for _ in range(50):
                socket.socket().close()
                read(socket.create_connection((host, port)))
            return opened() - before
    """
)
WAYS = (
    *("by_socket", "by_asyncio", "by_sock_connect", "by_asyncio_of_the_standard_library", "by_urllib"),
    *("by_http_client", "by_httpx", "by_async_httpx"),
)


class Server:
    """Answers ``hello`` on the loopback, and leads from /redirect to wherever it is told."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.leads_to = ""
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/redirect":
                    self.send_response(302)
                    self.send_header("Location", server.leads_to)
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"hello")

            def log_message(self, *_: object) -> None:
                pass

        class Roomy(http.server.ThreadingHTTPServer):
            request_queue_size = 128

        self._server = Roomy(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def make_server() -> Iterator[Callable[..., Server]]:
    with contextlib.ExitStack() as stack:

        def make(context: ssl.SSLContext | None = None) -> Server:
            server = Server(context)
            stack.callback(server.close)
            return server

        yield make


class Scene:
    """One app in a pool of its own."""

    def __init__(self, folder: Path, *net: str, subprocess: bool = False) -> None:
        self.folder = folder
        self.app = secrets.token_hex(3)
        self.said: list[str] = []
        self.brokers: set[int] = set()
        permissions = Permissions(modules=("*",), net=net, subprocess=subprocess)
        self._policy = Policy(code="trusted", permissions=permissions)

    def ask(self, *questions: tuple[str, dict[str, Any]]) -> list[Any]:
        return asyncio.run(self._ask(questions))

    async def _ask(self, questions: tuple[tuple[str, dict[str, Any]], ...]) -> list[Any]:
        for name in ("app", "data"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "app/app.py").write_text(APP)
        bring(self.folder / "app", "httpx")
        spec = HostSpec(
            app=self.app, release="v1", folder=str(self.folder / "app"), data=str(self.folder / "data"), tmp="",
            policy=self._policy, service="vaas.framework.serving.service",
        )  # fmt: skip
        pools = Pools(lambda info: info, lambda app, release, line: self.said.append(line.text), str(self.folder / "t"))
        pools.start()
        try:
            pool = pools.open(spec)
            return [await self._ask_one(pool, method, arguments) for method, arguments in questions]
        finally:
            await pools.stop()

    async def _ask_one(self, pool: Pool, method: str, arguments: dict[str, Any]) -> Any:
        if method == "KILL":
            await self._kill_the_broker()
            return None
        answer = await ask(pool, method, arguments)
        self.brokers |= self.brokers_now()
        return answer

    async def _kill_the_broker(self) -> None:
        (broker,) = self.brokers_now()
        watched = os.pidfd_open(broker)
        os.kill(broker, signal.SIGKILL)
        ended = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(watched, lambda: ended.done() or ended.set_result(None))
        await ended
        asyncio.get_running_loop().remove_reader(watched)
        os.close(watched)

    def brokers_now(self) -> set[int]:
        """The processes that make connections for this app."""
        found = set()
        for comm in Path("/proc").glob("[0-9]*/comm"):
            with contextlib.suppress(OSError):
                if comm.read_text().strip() == f"vaas net {self.app}":
                    found.add(int(comm.parent.name))
        return found


async def ask(pool: Pool, method: str, arguments: dict[str, Any]) -> Any:
    reply = await pool.call("rpc", Raw(encode(RpcHead(method))), msgspec.json.encode(arguments), 20.0)
    assert decode_rpc_reply(reply.head).status == 200, reply.body
    return msgspec.json.decode(reply.body)


def test_every_way_to_connect_works_where_it_was_granted(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    port = make_server().port
    scene = Scene(tmp_path, f"localhost:{port}")
    asked = [(way, {"host": host, "port": port}) for way in WAYS for host in ("localhost", "127.0.0.1")]
    assert dict(zip(map(str, asked), scene.ask(*asked), strict=True)) == dict.fromkeys(map(str, asked), "hello")


def test_no_way_to_connect_works_where_it_was_not(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    granted, other = make_server().port, make_server().port
    scene = Scene(tmp_path, f"127.0.0.1:{granted}")
    answers = scene.ask(*((way, {"port": other}) for way in (*WAYS, "by_c")))
    assert [answer for answer in answers if "hello" in answer] == []
    assert answers[0] == "PermissionError 13"
    assert [line for line in scene.said if f"refused: a connection to 127.0.0.1:{other}" in line]


def test_code_in_c_connects_and_resolves_what_was_granted(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    port = make_server().port
    scene = Scene(tmp_path, f"localhost:{port}")
    asked = (
        ("by_c", {"port": port}),
        *(("by_the_resolver_of_c", {"host": host}) for host in ("localhost", "vaas.test")),
    )
    assert scene.ask(*asked) == ["hello", "answer 0", f"answer {socket.EAI_NONAME}"]


def test_a_redirect_leads_no_further_than_the_grant(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    first, second = make_server(), make_server()
    first.leads_to = f"http://127.0.0.1:{second.port}/"
    both = (f"127.0.0.1:{first.port}", f"127.0.0.1:{second.port}")
    asked = ("after_a_redirect", {"port": first.port})
    assert Scene(tmp_path, *both).ask(asked) == ["hello"]
    assert "hello" not in Scene(tmp_path, *both[:1]).ask(asked)[0]


def test_an_address_that_changes_while_it_is_checked_leads_nowhere_else(
    tmp_path: Path, make_server: Callable[..., Server]
) -> None:
    granted, other = make_server().port, make_server().port
    scene = Scene(tmp_path, f"127.0.0.1:{granted}")
    ports = {"host": f"{granted}:{other}"}
    answers = scene.ask(("by_a_changing_address", ports), ("by_connecting_twice", ports), ("by_reconnecting", ports))
    assert answers[0] == "reached only the granted"
    assert answers[1] == os.strerror(106)
    assert answers[2] != "reached"


def test_an_app_cannot_answer_for_its_broker(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    port = make_server().port
    assert Scene(tmp_path, f"127.0.0.1:{port}").ask(("by_answering_itself", {})) == ["nothing"]


def test_many_connections_at_once_and_nothing_left_of_them(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    port = make_server().port
    scene = Scene(tmp_path, f"127.0.0.1:{port}")
    asked = ("by_many_at_once", "after_taking_all_descriptors", "leaving_descriptors")
    answers = scene.ask(*((way, {"port": port}) for way in asked))
    assert answers == ["60", f"{os.strerror(errno.EMFILE)}, then hello", "0"]


def test_tls_stands_on_such_connections_as_on_any(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("making a certificate needs openssl")
    (tmp_path / "app").mkdir()
    key, certificate = tmp_path / "key.pem", tmp_path / "app/authority.pem"
    subject = ["-subj", "/CN=localhost", "-days", "2"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        certificate,
        *subject,
    ]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    port = make_server(context).port
    scene = Scene(tmp_path, f"localhost:{port}")
    assert (
        scene.ask(*((way, {"host": "localhost", "port": port}) for way in ("by_tls", "by_asyncio_tls")))
        == ["hello"] * 2
    )


def test_without_net_there_is_no_broker_and_no_socket(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    scene = Scene(tmp_path)
    assert "PermissionError 1" in scene.ask(("by_c", {"port": make_server().port}))[0]
    assert scene.brokers == set()


def test_a_broker_lives_as_long_as_its_host(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    port = make_server().port
    scene = Scene(tmp_path, f"127.0.0.1:{port}")
    assert scene.ask(("by_c", {"port": port}), ("by_c", {"port": port})) == ["hello"] * 2
    assert len(scene.brokers) == 1
    assert scene.brokers_now() == set()


def test_without_its_broker_a_host_connects_nowhere(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    port = make_server().port
    scene = Scene(tmp_path, f"127.0.0.1:{port}")
    before, _, after = scene.ask(("by_socket", {"port": port}), ("KILL", {}), ("by_socket", {"port": port}))
    assert (before, after) == ("hello", f"OSError {errno.ENOSYS}")
