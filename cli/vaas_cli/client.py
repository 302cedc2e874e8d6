"""The command line's client of the platform's API: JSON in, JSON out, bundles up, log lines down.

On ``http.client``, because a command should answer at once: importing httpx takes 110 ms here, this 28, and of what
httpx does beyond it nothing is needed. Which platform and token: ``address.py``; what can go wrong: ``errors.py``.
"""

from __future__ import annotations

import json
import select
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Thread
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

import click

from vaas_cli.address import Target, target
from vaas_cli.errors import CutOff, NotLoggedIn, Unreachable, refused
from vaas_cli.output import note
from vaas_cli.wrong_address import is_console, not_a_platform

API = "/api/v1"

CONNECT = 10.0
"""Seconds until a platform that does not take the connection counts as not reachable."""

ANSWER = 60.0
"""Seconds until a platform that does not answer counts as gone: no request without a wait of its own takes as long."""

CHUNK = 256 * 1024
"""Bytes of a bundle sent at once: small enough for a progress that moves, large enough not to be felt."""

BROKEN = "X-Vaas-Broken"
"""The header that names documents of the config store that a list has left out."""

UNKNOWN = (404, 405)
"""What an address answers that is not the console's, and the console too, where there is no such app, say."""

Sent = Callable[[int], None]


class Client:
    """One connection to one platform, kept open between requests. For one thread, but for ``interrupt``."""

    def __init__(self, to: Target) -> None:
        self.url = to.url
        self._token = to.token
        self._base = urlsplit(to.url)
        self._connection: HTTPConnection | None = None
        self._passed_over = ""
        self._is_interrupted = False
        self._socket: socket | None = None
        """The connection's own, kept because an answer without a length takes it over."""

    def get(self, *path: object, wait: float | None = None, **query: object) -> Any:
        """``get("apps", "shop")`` → the value of ``/api/v1/apps/shop``; ``wait`` asks the platform to wait that many
        seconds for something to be known.

        Raises ``Refused``, ``NotLoggedIn``, ``Unreachable``, ``CutOff``, ``NotAPlatform``, ``IsTheGateway``.
        """
        return self.send("GET", *path, patience=ANSWER + (wait or 0), wait=wait, **query)

    def send(self, method: str, *path: object, body: object = None, patience: float = ANSWER, **query: object) -> Any:
        """The same with any method and a JSON body; None for an answer without one."""
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        return self._value(self._exchange(method, _path(path, query), data, headers, patience))

    def upload(self, file: IO[bytes], size: int, *path: object, sent: Sent = lambda count: None) -> Any:
        """PUTs the ``size`` bytes of that file as they are, calling ``sent`` with how many have gone out so far."""
        headers = {"Content-Type": "application/zip", "Content-Length": str(size)}
        return self._value(self._exchange("PUT", _path(path, {}), _chunks(file, sent), headers, ANSWER))

    def call(self, app: str, method: str, arguments: dict[str, Any], timeout: float) -> Any:
        """What the app's method returns; the platform lets it run for ``timeout`` seconds."""
        path = ("apps", app, "call", method)
        return self.send("POST", *path, body=arguments, patience=ANSWER + timeout, timeout=timeout)

    def lines(self, *path: object, **query: object) -> Iterator[dict[str, Any]]:
        """The JSON objects of an ndjson answer, each as soon as it has come; waits for ever for the next."""
        yield from self._lines(self._exchange("GET", _path(path, query), None, {}, None))

    def _lines(self, response: HTTPResponse) -> Iterator[dict[str, Any]]:
        self._check(response)
        try:
            for line in _each_line(response):
                if line.strip():
                    yield self._decode(line)
        except (OSError, HTTPException) as error:
            self.close()
            self._check_token()
            raise CutOff(url=self.url, reason=_reason(error)) from error
        finally:
            self.close()

    def _check_token(self) -> None:
        """Raises ``Refused`` if the token is valid no more: then that is why an answer broke off."""
        if not self._is_interrupted:
            with suppress(Unreachable, CutOff):
                self.get("whoami")

    def exchange(self, *path: object, body: Iterator[bytes] | None = None, **query: object) -> Iterator[dict[str, Any]]:
        """As ``lines``, by POST, while another thread sends what ``body`` brings, as it comes."""
        connection = self._connected()
        connection.sock.settimeout(None)
        try:
            connection.putrequest("POST", self._base.path + _path(path, query))
            for name, value in self._authorization().items():
                connection.putheader(name, value)
            connection.putheader(*(("Content-Length", "0") if body is None else ("Transfer-Encoding", "chunked")))
            connection.endheaders()
            if body is not None:
                Thread(target=_send_chunks, args=(connection, body), daemon=True).start()
            response = connection.getresponse()
        except (OSError, HTTPException) as error:
            self.close()
            raise CutOff(url=self.url, reason=_reason(error)) from error
        yield from self._lines(response)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def interrupt(self) -> None:
        """For another thread: one that waits for an answer here gets ``CutOff``, or the end of its lines."""
        self._is_interrupted = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(SHUT_RDWR)

    def _exchange(
        self, method: str, path: str, body: Any, headers: dict[str, str], timeout: float | None
    ) -> HTTPResponse:
        connection = self._connected()
        connection.sock.settimeout(timeout)
        try:
            # A refusal may come, and the connection end, before all of a bundle is sent: then that is the answer.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, self._base.path + path, body, {**headers, **self._authorization()})
            return connection.getresponse()
        except (OSError, HTTPException) as error:
            self.close()
            raise CutOff(url=self.url, reason=_reason(error)) from error

    def _connected(self) -> HTTPConnection:
        if self._connection is not None and not _is_usable(self._connection):
            self.close()
        if self._connection is None:
            kind = HTTPSConnection if self._base.scheme == "https" else HTTPConnection
            connection = kind(self._base.hostname or "", self._base.port, timeout=CONNECT)
            try:
                connection.connect()
            except (OSError, HTTPException) as error:
                raise Unreachable(url=self.url, reason=_reason(error)) from error
            self._connection, self._socket = connection, connection.sock
        return self._connection

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _value(self, response: HTTPResponse) -> Any:
        self._check(response)
        data = self._read(response)
        return self._decode(data) if data else None

    def _check(self, response: HTTPResponse) -> None:
        """Raises what an answer other than a success stands for."""
        if 200 <= response.status < 300:
            self._name_broken(response.getheader(BROKEN, ""))
            return
        if response.status == 401 and not self._token:
            raise NotLoggedIn(url=self.url)
        if 300 <= response.status < 400:
            raise not_a_platform(self.url, f"it sends callers on to {response.getheader('Location', 'nowhere')}")
        problem = self._decode(self._read(response))
        if not isinstance(problem, dict):
            raise not_a_platform(self.url, f"it answered {response.status} without a problem document")
        if response.status in UNKNOWN and not is_console(self.url):
            raise not_a_platform(self.url, f"it answered {response.status}: {problem.get('detail')}")
        raise refused(response.status, problem)

    def _name_broken(self, named: str) -> None:
        """Says, once, which documents a list has passed over because they cannot be read."""
        if named and named != self._passed_over:
            self._passed_over = named
            words = "could not be read and are left out; `vaas status` says why, `vaas rm KEY` removes one"
            note(f"{named.replace(',', ', ')}: {words}.")

    def _read(self, response: HTTPResponse) -> bytes:
        try:
            return response.read()
        except (OSError, HTTPException) as error:
            self.close()
            raise CutOff(url=self.url, reason=_reason(error)) from error

    def _decode(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError as error:
            raise not_a_platform(self.url, "it did not answer with JSON") from error


def connect(to: Target | None = None) -> Client:
    """A client for the command that runs, of the platform that is meant; closed when the command ends."""
    client = Client(to or target())
    click.get_current_context().call_on_close(client.close)
    return client


def _is_usable(connection: HTTPConnection) -> bool:
    """Whether the platform still holds its end of a connection that was idle: nothing is to be read from such a one."""
    if connection.sock is None:
        return False
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)


def _path(parts: tuple[object, ...], query: dict[str, object]) -> str:
    given = {name: _spelled(value) for name, value in query.items() if value is not None}
    path = "".join(f"/{quote(str(part), safe='')}" for part in parts)
    return f"{API}{path}?{urlencode(given)}" if given else f"{API}{path}"


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _chunks(file: IO[bytes], sent: Sent) -> Iterator[bytes]:
    while data := file.read(CHUNK):
        yield data
        sent(file.tell())


def _each_line(response: HTTPResponse) -> Iterator[bytes]:
    """The lines of an answer, each as soon as it has come. Raises where it breaks off, which ``readline`` takes for its
    end."""
    rest = b""
    while data := response.read1(CHUNK):
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
    yield rest


def _send_chunks(connection: HTTPConnection, body: Iterator[bytes]) -> None:
    """In HTTP's chunked coding, each part at once. One that has refused the request takes no more of it."""
    with suppress(OSError, HTTPException):
        for data in body:
            connection.send(b"%x\r\n%b\r\n" % (len(data), data))
        connection.send(b"0\r\n\r\n")


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".").lower()
