"""WSGI by the letter of PEP 3333."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import pytest

from tests.framework.foreign.served import Headers, Served
from vaas.core.wire.messages import WINDOW
from vaas.framework.foreign.wsgi_entry import environ_of
from vaas.framework.http.wire_heads import HttpHead, decode_http_reply
from vaas.framework.testing.calls import MemoryExchange

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
PLAIN = [("Content-Type", "text/plain")]


def answer(app: App, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    return asyncio.run(Served(app).send(method, "/"))


def exchanged(app: App, method: str = "GET") -> MemoryExchange:
    exchange = MemoryExchange("http", HttpHead(method, "/", b"", []))
    asyncio.run(Served(app).run(exchange))
    return exchange


def seen(name: str, body: bytes = b"", *parts: bytes, headers: Headers | None = None) -> Any:
    """What the app finds in its environ under that name."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", PLAIN)
        return [msgspec.json.encode(environ.get(name))]

    return msgspec.json.decode(asyncio.run(Served(app).send("POST", "/", body, *parts, headers=headers))[2])


# --- write


@pytest.mark.parametrize("length", [[], [("Content-Length", "7")]])
@pytest.mark.parametrize("parts", [[b"", b"de", b"fg"], iter([b"", b"de", b"fg"])], ids=["list", "iterator"])
def test_what_is_written_comes_before_what_is_returned(length: list[Any], parts: Iterable[bytes]):
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        write = start_response("200 OK", PLAIN + length)
        write(b"a")
        write(b"bc")
        return list(parts) if isinstance(parts, list) else iter([b"", b"de", b"fg"])

    assert answer(app)[::2] == (200, b"abcdefg")


def test_what_is_written_alone_is_the_answer():
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", PLAIN)(b"written")
        return iter(())

    assert answer(app)[2] == b"written"


def test_what_is_written_between_and_after_the_parts_keeps_its_place():
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        write = start_response("200 OK", PLAIN)
        yield b"a"
        write(b"b")
        yield b"c"
        write(b"d")

    assert answer(app)[2] == b"abcd"


# --- start_response


def test_a_second_start_response_without_exc_info_is_refused():
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", PLAIN)
        start_response("201 Created", PLAIN)
        return [b"x"]

    assert answer(app)[0] == 500


def failing(first: bytes) -> App:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", PLAIN)
        yield first
        try:
            raise ValueError("late")
        except ValueError:
            start_response("503 Later", [("X-A", "b")], sys.exc_info())
        yield b"sorry"

    return app


def test_exc_info_replaces_the_head_until_a_part_that_is_not_empty_has_come():
    assert answer(failing(b"")) == (503, {"x-a": "b"}, b"sorry")


def test_exc_info_is_raised_once_the_head_is_sent():
    exchange = exchanged(failing(b"part"))
    assert exchange.failed == "error"
    assert exchange.whole_body() == b"part"


def test_what_was_written_counts_as_sent():
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", PLAIN)(b"written")
        try:
            raise ValueError("late")
        except ValueError:
            start_response("503 Later", PLAIN, sys.exc_info())
        return [b"sorry"]

    status, _, body = answer(app)
    assert status == 500
    assert b"written" not in body


def test_a_part_before_start_response_is_a_failure():
    assert answer(lambda environ, start_response: iter([b"x"]))[0] == 500


def test_start_response_may_be_called_by_the_first_step():
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("201 Created", PLAIN)
        yield b"x"

    assert answer(app)[::2] == (201, b"x")


# --- the answer's length


def test_a_list_of_moderate_size_leaves_in_one_frame():
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", PLAIN)
        return [b"a", b"b"]

    exchange = exchanged(app)
    assert exchange.body == b"ab"
    assert exchange.outbox.empty()


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "x"])
def test_a_length_that_is_no_number_is_none(length: str):
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", length)])
        return iter([b"whole"])

    assert answer(app)[::2] == (200, b"whole")


@pytest.mark.parametrize("size", [5, 2 * WINDOW])
@pytest.mark.parametrize("body", [[], [b""], iter(())], ids=["none", "empty", "iterator"])
def test_head_says_the_length_that_get_would(size: int, body: Iterable[bytes]):
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(size))])
        return body

    assert answer(app, "HEAD")[1]["content-length"] == str(size)


def test_head_of_an_answer_of_unknown_length_says_none():
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", PLAIN)
        return iter(())

    exchange = exchanged(app, "HEAD")
    assert exchange.head is not None
    assert dict(decode_http_reply(exchange.head).headers) == {b"content-type": b"text/plain"}
    assert not exchange.outbox.empty(), "the gateway gives a whole answer a length"


# --- close


@pytest.mark.parametrize("length", [[], [("Content-Length", "1")]])
@pytest.mark.parametrize("breaks", [False, True])
def test_close_is_called_however_the_answer_ends(length: list[Any], breaks: bool):
    closed: list[bool] = []

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            yield b"a"
            if breaks:
                raise ValueError("inside")

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", PLAIN + length)
        return Parts()

    exchanged(app)
    assert closed == [True]


# --- the environ


def test_a_body_without_a_length_has_the_length_it_came_with():
    assert seen("CONTENT_LENGTH", b"ab", b"cd") == "4"


def test_no_body_has_no_length_unless_the_client_says_so():
    assert seen("CONTENT_LENGTH") is None
    assert seen("CONTENT_LENGTH", headers=[(b"content-length", b"0")]) == "0"


def test_the_input_of_a_body_that_came_in_chunks_ends_where_the_body_does():
    assert seen("wsgi.input_terminated", b"ab", b"cd") is True


def test_cookies_of_several_lines_are_one_list_of_cookies():
    assert seen("HTTP_COOKIE", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")]) == "a=1; b=2"


# --- no event loop


def running() -> bytes:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return b"none "
    return b"running "


def test_no_event_loop_runs_in_any_of_its_calls():
    found: list[bytes] = []

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            yield running()
            yield running()

        def close(self) -> None:
            found.append(running())

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found.append(running())
        start_response("200 OK", PLAIN + ([("Content-Length", "10")] if environ["REQUEST_METHOD"] == "PUT" else []))
        return Parts()

    for method in ("PUT", "GET"):
        assert answer(app, method)[2] == b"none none "
    assert set(found) == {b"none "}


@pytest.mark.parametrize(
    ("sent", "path", "info"),
    [
        (b"/legacy/a%2Fb", "/a/b", "/a/b"),
        (b"/legacy/%E9", "/\ufffd", "/\xe9"),
        (b"/%6cegacy/%E9%E9/x", "/\ufffd\ufffd/x", "/\xe9\xe9/x"),
        (b"/%c3%a9", "/\xe9", "/\xc3\xa9"),
        (b"", "/\ufffd", "/\xef\xbf\xbd"),
    ],
)
def test_path_info_has_the_bytes_that_were_sent(sent: bytes, path: str, info: str):
    environ = environ_of(HttpHead("GET", path, b"q=%41", [], "/legacy", raw_path=sent), b"")
    assert environ["PATH_INFO"] == info
    assert environ["REQUEST_URI"] == environ["RAW_URI"]
    assert not sent or environ["RAW_URI"] == sent.decode() + "?q=%41"
