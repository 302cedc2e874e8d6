"""Every error is application/problem+json with a request id; a traceback goes to the log, and out only in debug."""

from __future__ import annotations

from typing import Any

import pytest

import vaas
from vaas.testing import AsyncClient, Client


class Trouble(Exception):
    pass


@vaas.app
class App:
    @vaas.get("/missing")
    async def missing(self) -> None:
        raise vaas.HTTPError(404, "no such user", headers={"x-why": "gone"}, members={"user": 5})

    @vaas.get("/taken")
    def taken(self) -> None:
        raise vaas.HTTPError(409)

    @vaas.get("/boom")
    def boom(self) -> None:
        raise Trouble("the inner reason")

    @vaas.get("/later")
    async def later(self) -> None:
        import asyncio

        await asyncio.sleep(0)
        raise Trouble("the inner reason")

    @vaas.get("/evil")
    def evil(self) -> None:
        raise vaas.HTTPError(400, "x", headers={"x-a": "1\r\nx-b: 2"})

    @vaas.get("/items")
    def items(self) -> list[int]:
        return []


def test_an_http_error_becomes_a_problem_with_the_request_id() -> None:
    with Client(App) as client:
        answer = client.get("/missing")
    problem = answer.json()
    assert len(problem.pop("request_id")) == 16
    assert problem == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "no such user",
        "code": "not-found",
        "user": 5,
    }
    assert answer.status_code == 404
    assert answer.headers["x-why"] == "gone"
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_http_error_without_words_says_its_phrase() -> None:
    with Client(App) as client:
        assert client.get("/taken").json()["detail"] == "Conflict"


def test_an_http_error_is_for_errors() -> None:
    with pytest.raises(ValueError, match="statuses from 400 to 599, not 200"):
        vaas.HTTPError(200, "fine")


@pytest.mark.parametrize("path", ["/boom", "/later"])
def test_a_failing_handler_is_500_and_its_traceback_is_in_the_log_once(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Client(App, debug=False) as client:
        answer = client.get(path)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "handler-failed")
    assert "inner reason" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = caplog.records
    assert f"request {problem['request_id']}: Traceback" in record.getMessage()
    assert "Trouble: the inner reason" in record.getMessage()


def test_in_debug_the_traceback_is_in_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    with Client(App, debug=True) as client:
        problem = client.get("/boom").json()
    assert problem["detail"] == "Trouble: the inner reason"
    assert problem["handler"] == "App.boom"
    assert 'raise Trouble("the inner reason")' in problem["traceback"]
    assert len(caplog.records) == 1


def test_an_unknown_path_is_404_and_names_the_one_with_or_without_slash() -> None:
    with Client(App) as client:
        assert client.get("/nope").json()["detail"] == "There is no /nope."
        assert client.get("/items/").json()["detail"] == "There is no /items/, but there is /items."


def test_a_known_path_with_another_method_is_405_with_allow() -> None:
    with Client(App) as client:
        answer = client.delete("/items")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json()["code"] == "method-not-allowed"


def test_options_is_answered_with_allow() -> None:
    with Client(App) as client:
        answer = client.options("/items")
        assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, OPTIONS", b"")
        assert client.options("/nope").status_code == 404


def test_head_is_answered_like_get_without_the_body() -> None:
    with Client(App) as client:
        answer = client.head("/items")
        assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "application/json", b"")


def test_one_requests_error_is_no_other_requests_error(caplog: pytest.LogCaptureFixture) -> None:
    import asyncio

    async def main() -> list[int]:
        async with AsyncClient(App) as client:
            answers = await asyncio.gather(*(client.get(path) for path in ["/later", "/items", "/nope", "/items"]))
            return [answer.status_code for answer in answers]

    assert asyncio.run(main()) == [500, 200, 404, 200]


def test_an_apps_own_exceptions_can_be_translated() -> None:
    from vaas.framework.http.wire_heads import HttpHead, decode_http_reply
    from vaas.framework.serving.dispatch import Dispatch
    from vaas.framework.testing.calls import MemoryExchange

    def translate(error: Exception) -> vaas.HTTPError | None:
        return vaas.HTTPError(418, str(error)) if isinstance(error, Trouble) else None

    exchange = MemoryExchange("http", HttpHead("GET", "/boom", b"", []))
    assert Dispatch(App, translate=translate).handle(exchange) is None
    assert exchange.head is not None
    assert decode_http_reply(exchange.head).status == 418


def test_a_body_over_the_limit_is_413_naming_it() -> None:
    from vaas.framework.endpoints.runtime import Runtime
    from vaas.framework.http.wire_heads import HttpHead
    from vaas.framework.serving.dispatch import Dispatch
    from vaas.framework.testing.calls import MemoryExchange, finish

    class Taking:
        @vaas.post("/b")
        def bound(self, body: bytes) -> int:
            return len(body)

        @vaas.post("/r")
        async def read(self, req: vaas.Request) -> int:
            return len(await req.body())

    import asyncio

    import msgspec

    async def post(path: str, whole: bytes, *parts: bytes) -> Any:
        exchange = MemoryExchange("http", HttpHead("POST", path, b"", []), whole, more=bool(parts))
        for part in parts:
            exchange.inbox.put_nowait((part, False))
        exchange.inbox.put_nowait(None)
        await finish(Dispatch(Taking, Runtime(body_limit=10)), exchange)
        return msgspec.json.decode(exchange.body)

    for path in ("/b", "/r"):
        assert asyncio.run(post(path, b"x" * 10)) == 10
        assert asyncio.run(post(path, b"x" * 5, b"x" * 5)) == 10
        for problem in (asyncio.run(post(path, b"x" * 11)), asyncio.run(post(path, b"x" * 5, b"x" * 5, b"x"))):
            assert (problem["status"], problem["limit"]) == (413, 10)
            assert "limits.body = 10B" in problem["detail"]
