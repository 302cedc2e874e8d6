"""The gateway's own answers as pages, by every way that it refuses."""

from __future__ import annotations

import pytest

from tests.platform.gateway.asked import LIMIT, Asked, Pool
from tests.platform.gateway.asked import play as ask
from tests.platform.gateway.served import GET, STREAMED, Answers, Served, play, until
from vaas.core.pool.errors import DeadlineExceeded, HostGone

HTML = b"accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"


def as_browser(request: bytes) -> bytes:
    return request.replace(b"host: x\r\n", b"host: x\r\nconnection: close\r\n" + HTML)


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
def test_an_unknown_app_is_a_page_to_a_browser_and_json_to_others(request_: bytes):
    async def scene(served: Served) -> None:
        asked = request_.replace(b"/app/", b"/nobody/")
        for request, kind, end in (
            (as_browser(asked), b"text/html", b"</html>\n"),
            (asked, b"application/problem", b"}\n"),
        ):
            reader, writer = await served.connect()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 404")
            assert kind in head
            body = await reader.readuntil(end)
            assert b"No app answers here." in body

    play(scene, Answers(b"x"))


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
@pytest.mark.parametrize("error", [DeadlineExceeded(timeout=1.0), HostGone(reason="x")])
def test_a_call_that_fails_is_a_page_with_reason_and_request_id(request_: bytes, error: Exception):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(as_browser(request_))
        await until(lambda: pool.calls)
        pool.calls[0].fail(error)  # type: ignore[arg-type]
        answer = (await reader.read()).decode()
        request_id = answer.partition("x-request-id: ")[2].partition("\r\n")[0]
        assert f"<code>{request_id}</code>" in answer
        assert error.code in answer  # type: ignore[attr-defined]
        assert "<!doctype html>" in answer

    pool = Answers(None)
    play(scene, pool)


def test_a_head_s_answer_names_the_page_s_length_and_has_none():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(as_browser(GET.replace(b"GET", b"HEAD").replace(b"/app/", b"/nobody/")))
        answer = await reader.read()
        assert b"text/html" in answer
        assert answer.endswith(b"\r\n\r\n")

    play(scene, Answers(b"x"))


def test_a_body_that_is_too_large_is_a_page_too():
    async def scene() -> None:
        accept = (b"accept", b"text/html")
        asked = Asked(Pool(), "http", accept, (b"content-length", b"%d" % (LIMIT + 1)))
        asked.body()
        await asked.task
        assert (asked.status, asked.headers[b"content-type"]) == (413, b"text/html; charset=utf-8")
        asked = Asked(Pool(), "http", accept)
        asked.body(b"x" * (LIMIT + 1), more=True)
        asked.body()
        await asked.task
        assert (asked.status, asked.headers[b"content-type"]) == (413, b"text/html; charset=utf-8")

    ask(scene)
