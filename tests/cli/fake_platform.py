"""A platform for the command line's tests: real HTTP on loopback, answers given by the test, requests kept for it."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

WHEN = "2026-11-21T10:00:00Z"
DIGEST = "ab" * 32


class Seen(NamedTuple):
    """A request that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Answer(NamedTuple):
    body: Any = None
    status: int = 200
    headers: dict[str, str] = {}
    raw: bytes | None = None
    """Instead of ``body``: sent as it is."""


class FakePlatform:
    """``on`` says what to answer to a path, or to all that fit ``/bundles/*``; several answers are given in turn, the
    last for ever."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._answers: dict[tuple[str, str], list[Any]] = {}
        self.url = ""

    def on(self, method: str, path: str, *answers: Any, status: int = 200) -> None:
        """``answers``: JSON values, ``Answer``s, or functions of the ``Seen`` that return either."""
        self._answers[method, path] = [
            each if isinstance(each, Answer) or callable(each) else Answer(each, status) for each in answers
        ]

    def refuse(self, method: str, path: str, status: int, detail: str, **facts: Any) -> None:
        self.on(method, path, problem(status, detail, **facts))

    def requests(self, method: str, path: str = "") -> list[Seen]:
        return [each for each in self.seen if each.method == method and path in each.path]

    def answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        asked = (seen.method, seen.path.removeprefix("/api/v1"))
        fits = (answers for key, answers in self._answers.items() if all(map(fnmatchcase, asked, key)))
        answers = next(fits, None)
        if answers is None and asked[1] == "/whoami":
            return problem(401, "the test gave no token")
        if answers is None:
            return problem(404, f"the test gave no answer to {seen.method} {seen.path}")
        found: Any = answers.pop(0) if len(answers) > 1 else answers[0]
        found = found(seen) if isinstance(found, Callable) and not isinstance(found, Answer) else found
        return found if isinstance(found, Answer) else Answer(found)


def problem(status: int, detail: str, **facts: Any) -> Answer:
    return Answer({"type": "about:blank", "title": "Wrong", "status": status, "detail": detail, **facts}, status)


@contextmanager
def running(fake: FakePlatform):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each answer waits 40 ms for its header to be acknowledged

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            body = self._body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
            answer = fake.answer(seen)
            data = answer.raw if answer.raw is not None else b"" if answer.body is None else _encoded(answer.body)
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(data)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            if answer.headers.get("Connection") == "close":
                self.close_connection = True

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _answer

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # a client that has gone is part of some tests
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


# --- documents in the API's shapes, with what the test is about put in


def traffic(app: str = "shop", **given: Any) -> dict[str, Any]:
    base = {"app": app, "mode": "latest", "latest": 1, "candidate": 0, "lock": 0, "weights": {}, "sticky": ""}
    return {**base, **given}


def policy(code: str = "restricted", **permissions: Any) -> dict[str, Any]:
    return {"code": code, "permissions": permissions, "limits": {}}


def outcome(state: str, app: str = "shop", number: int = 1, **given: Any) -> dict[str, Any]:
    base = {"app": app, "number": number, "state": state, "error": "", "where": "", "traceback": "", "missing": None}
    return {**base, "steps": {"unpack": 0.01, "start": 0.02}, "at": WHEN, **given}


def release(number: int = 1, state: str | None = "ready", app: str = "shop", **given: Any) -> dict[str, Any]:
    told = given.pop("told", {})
    asked = given.pop("asked", policy())
    base = {
        "app": app,
        "number": number,
        "digest": DIGEST,
        "size": 2048,
        "manifest": {"name": app, "version": "", "entry": "", "policy": asked},
        "created_at": WHEN,
        "created_by": "ada",
        "message": "",
        "traffic": True,
        "outcome": None if state is None else outcome(state, app, number, **told),
        "share": 1.0 if state == "ready" else 0.0,
    }
    return {**base, **given}


def settings(app: str = "shop", **given: Any) -> dict[str, Any]:
    base = {"app": app, "revision": 3, "author": "ada", "at": WHEN, "change": "env.MODE=dark"}
    became = {"failed": "", "state": "ready", "in_force": given.get("revision", 3), "trial": None}
    return {**base, "grants": policy(), "env": {}, "limits": {}, **became, **given}


def app(name: str = "shop", **given: Any) -> dict[str, Any]:
    base = {"name": name, "created_at": WHEN, "created_by": "ada", "releases": 1, "state": "ready", "domains": []}
    return {**base, "traffic": traffic(name), "url": f"http://127.0.0.1:8080/{name}/", **given}


def detail(name: str = "shop", **given: Any) -> dict[str, Any]:
    return {**app(name), "settings": settings(name), "trial": None, "release": release(app=name), **given}
