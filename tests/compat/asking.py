"""Asking one app over HTTP and websockets, and comparing what it answers. Used by ``table.py`` and ``talks.py``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.e2e.running import Running

TIMEOUT = 30.0
"""Seconds for one answer: a cold start of pandas on two busy cores takes several."""


class Sent(NamedTuple):
    method: str
    options: dict[str, Any]


class Has(NamedTuple):
    part: str | bytes


def has(part: str | bytes) -> Has:
    """An answer that contains this."""
    return Has(part)


def sends(options: dict[str, Any], method: str = "POST") -> Sent:
    """A request with a body: options of httpx."""
    return Sent(method, options)


class Ask(NamedTuple):
    path: str
    gives: Any
    """A text or a JSON value, or what the answer must contain; ``{root}`` is the app's prefix in any of them."""
    sent: Sent = Sent("GET", {})
    status: int = 200


class Wrong(AssertionError):
    """An app did not answer as it must."""


class Caller:
    """A browser, as it were: it keeps cookies and follows redirects."""

    def __init__(self, platform: Running, app: str, upstream: str) -> None:
        self.platform, self.app, self.upstream = platform, app, upstream
        self.root = f"/{app}"
        self.http = httpx.Client(base_url=f"{platform.gateway}/{app}", timeout=TIMEOUT, follow_redirects=True)

    def fits(self, ask: Ask) -> None:
        """Raises ``Wrong`` if the answer is another."""
        path = ask.path.replace("{upstream}", self.upstream)
        response = self.http.request(ask.sent.method, path, **ask.sent.options)
        wanted = self._rooted(ask.gives)
        if response.status_code != ask.status or not _is(response, wanted):
            shown = f"{response.status_code} {response.text[:500]!r}"
            raise Wrong(f"{ask.sent.method} {path}: {shown}, and not {ask.status} {wanted!r}")

    def socket(self, path: str) -> ClientConnection:
        return connect(f"{self.platform.gateway.replace('http', 'ws', 1)}{self.root}{path}", open_timeout=TIMEOUT)

    def run(self, *command: str, stdin: str = "") -> str:
        return self.platform.vaas("run", self.app, "--", *command, stdin=stdin, timeout=120).stdout

    def _rooted(self, gives: Any) -> Any:
        if isinstance(gives, Has):
            return Has(self._rooted(gives.part))
        if isinstance(gives, str):
            return gives.replace("{root}", self.root)
        return {key: self._rooted(value) for key, value in gives.items()} if isinstance(gives, dict) else gives

    def close(self) -> None:
        self.http.close()


Talk = Callable[[Caller], None]


def _is(response: httpx.Response, wanted: Any) -> bool:
    if isinstance(wanted, Has):
        return wanted.part in (response.content if isinstance(wanted.part, bytes) else response.text)
    if isinstance(wanted, str):
        return response.text == wanted or _json(response) == wanted
    return bool(_json(response) == wanted)


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return _json
