"""Request: what a handler sees of a request if it names ``req``. Everything is worked out when it is asked for.

The attributes are called as Starlette's are, and are Starlette's own types. Built by
``framework/endpoints/binding.py``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from starlette.datastructures import URL, Address, FormData, Headers, QueryParams, State, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request as StarletteRequest
from starlette.requests import cookie_parser

from vaas.core.service import Exchange
from vaas.framework.http.body import parts_of, read_whole
from vaas.framework.http.convert import NotJson, from_json
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.wire_heads import HttpHead, decode_http_head

IN_PATH = "/:@!$&'()*+,;=-._~"
"""What stands in a path as it is (RFC 3986, 3.3: pchar and the slash)."""

_any_json = from_json(Any)


class Connection:
    """What a request and a websocket have in common."""

    def __init__(self, exchange: Exchange, path_params: dict[str, Any]) -> None:
        self._exchange = exchange
        self.path_params = path_params
        """By name, converted by the path's convertors."""

    @cached_property
    def _head(self) -> HttpHead:
        return decode_http_head(self._exchange.call.head)

    @property
    def path(self) -> str:
        """Percent-decoded, without ``root_path``."""
        return self._head.path

    @property
    def root_path(self) -> str:
        """The prefix under which the app is reached; empty if it has a domain of its own."""
        return self._head.root_path

    @cached_property
    def headers(self) -> Headers:
        return Headers(raw=self._head.headers)

    @cached_property
    def query_params(self) -> QueryParams:
        return QueryParams(self._head.query)

    @cached_property
    def cookies(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for header in self.headers.getlist("cookie"):
            found.update(cookie_parser(header))
        return found

    @cached_property
    def url(self) -> URL:
        """As the caller sees it, ``root_path`` included."""
        scope = self._scope()
        return URL(scope={**scope, "path": self._sent_path() or quote(scope["path"], safe=IN_PATH)})

    def _sent_path(self) -> str:
        """The path as it was sent, behind what a proxy has taken off it; empty if that is unknown."""
        head = self._head
        sent = head.raw_path.decode("latin-1")
        before = len(head.root_path + head.path) - len(unquote(sent))
        return quote(head.root_path[:before], safe=IN_PATH) + sent if sent and before >= 0 else ""

    @property
    def client(self) -> Address | None:
        client = self._head.client
        return Address(*client) if client is not None else None

    @cached_property
    def state(self) -> State:
        """What the ASGI wrappers before the app have put there, and the handler's own notes."""
        return State(getattr(self._exchange, "state", None) or {})

    @property
    def request_id(self) -> str:
        """As in the logs and in every problem."""
        return self._exchange.call.trace

    def _scope(self) -> dict[str, Any]:
        head = self._head
        return {
            "type": "http",
            "method": head.method,
            "scheme": head.scheme,
            "path": head.root_path + head.path,
            "root_path": head.root_path,
            "query_string": head.query,
            "headers": head.headers,
            "server": head.server,
        }


class Request(Connection):
    def __init__(self, exchange: Exchange, path_params: dict[str, Any], body_limit: int) -> None:
        self._exchange = exchange
        self.path_params = path_params
        self._body_limit = body_limit
        self._body: bytes | None = None

    @property
    def method(self) -> str:
        return self._head.method

    async def stream(self) -> AsyncIterator[bytes]:
        """The body's parts as they arrive: for bodies that need not fit into memory."""
        if self._body is not None:
            yield self._body
            return
        async for part in parts_of(self._exchange):
            yield part

    async def body(self) -> bytes:
        """The whole body. 413 if it is larger than ``limits.body``."""
        if self._body is None:
            self._body = await read_whole(self._exchange, self._body_limit)
        return self._body

    async def text(self) -> str:
        """The whole body as UTF-8; 400 if it is not."""
        try:
            return (await self.body()).decode()
        except UnicodeDecodeError as error:
            raise HTTPError(400, f"The body is not UTF-8: {error}.") from None

    async def json(self) -> Any:
        """The whole body, from JSON; 400 if it is not, with the position."""
        try:
            return _any_json(await self.body())
        except NotJson as error:
            raise HTTPError(400, f"The body is not JSON: {error}.") from None

    async def form(self) -> FormData:
        """The fields (and files) of an HTML form, urlencoded or multipart. The files are closed after the answer."""
        body = await self.body()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            form = await StarletteRequest(self._scope(), receive).form()
        except MultiPartException as error:
            raise HTTPError(400, f"The form cannot be read: {error.message}") from None
        task = asyncio.current_task()
        if task is not None:
            task.add_done_callback(lambda _: _close_files(form))
        return form


def _close_files(form: FormData) -> None:
    for _, value in form.multi_items():
        if isinstance(value, UploadFile):
            value.file.close()
