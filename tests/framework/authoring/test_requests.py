"""What a handler sees of a request, and of itself."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any

import pytest

import vaas
from vaas.framework.serving.asgi import asgi
from vaas.testing import AsyncClient, Client


@vaas.app
class App:
    @vaas.http("POST", "/show/{a}/{n:int}")
    async def show(self, req: vaas.Request) -> dict[str, Any]:
        return {
            "method": req.method,
            "path": req.path,
            "root_path": req.root_path,
            "url": str(req.url),
            "params": req.path_params,
            "query": req.query_params.multi_items(),
            "header": req.headers["X-Thing"],
            "cookies": req.cookies,
            "client": req.client,
            "id": req.request_id,
            "same": vaas.context.request_id,
            "left": vaas.context.time_left == float("inf"),
            "text": await req.text(),
            "again": (await req.body()).decode(),
        }

    @vaas.post("/json")
    async def json(self, req: vaas.Request) -> Any:
        return {"got": await req.json()}

    @vaas.post("/text")
    async def text(self, req: vaas.Request) -> str:
        return await req.text()

    @vaas.post("/form")
    async def form(self, req: vaas.Request) -> Any:
        form = await req.form()
        return {
            name: value if isinstance(value, str) else [value.filename, (await value.read()).decode()]
            for name, value in form.multi_items()
        }

    @vaas.get("/state")
    async def state(self, req: vaas.Request) -> Any:
        before = getattr(req.state, "who", None)
        req.state.note = "mine"
        return [before, req.state.note]

    @vaas.get("/log")
    async def log(self) -> None:
        vaas.log.info("hello %s", "there")
        try:
            raise ValueError("inside")
        except ValueError:
            vaas.log.exception("caught")


def test_a_request_shows_all_of_itself() -> None:
    with Client(App) as client:
        client.cookies.set("session", "s1")
        got = client.post("/show/x%20y/7?q=1&q=2", headers={"x-thing": "t"}, content="body").json()
    assert got.pop("id") == got.pop("same") != ""
    assert got == {
        "method": "POST",
        "path": "/show/x y/7",
        "root_path": "",
        "url": "http://testserver/show/x%20y/7?q=1&q=2",
        "params": {"a": "x y", "n": 7},
        "query": [["q", "1"], ["q", "2"]],
        "header": "t",
        "cookies": {"session": "s1"},
        "client": None,
        "left": True,
        "text": "body",
        "again": "body",
    }


def test_json_and_text_that_are_none_are_400() -> None:
    with Client(App) as client:
        assert client.post("/json", json=[1]).json() == {"got": [1]}
        assert client.post("/json", content="{").status_code == 400
        assert client.post("/text", content=b"\xff").status_code == 400


def test_forms_with_and_without_files_are_read() -> None:
    with Client(App) as client:
        assert client.post("/form", data={"a": "1 2"}).json() == {"a": "1 2"}
        files = {"up": ("name.txt", b"content", "text/plain")}
        assert client.post("/form", data={"a": "1"}, files=files).json() == {"a": "1", "up": ["name.txt", "content"]}


def test_a_broken_form_is_400() -> None:
    with Client(App) as client:
        answer = client.post("/form", content=b"--x\r\nnope", headers={"content-type": "multipart/form-data"})
        assert answer.status_code == 400


def test_what_a_wrapper_leaves_in_the_state_is_there_and_notes_stay_with_their_request() -> None:
    import httpx

    inner = asgi(App)

    async def wrapper(scope: Any, receive: Any, send: Any) -> None:
        await inner({**scope, "state": {"who": "ada"}}, receive, send)

    async def main() -> list[Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(wrapper), base_url="http://x") as client:
            return [(await client.get("/state")).json() for _ in range(2)]

    assert asyncio.run(main()) == [["ada", "mine"]] * 2
    with Client(App) as client:
        assert client.get("/state").json() == [None, "mine"]


def test_the_log_takes_arguments_and_exceptions(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), Client(App) as client:
        client.get("/log")
    assert [record.getMessage() for record in caplog.records if record.name == "vaas.app"] == ["hello there", "caught"]
    assert "ValueError: inside" in caplog.text


def test_outside_of_a_call_the_context_is_empty() -> None:
    assert (vaas.context.request_id, vaas.context.time_left) == ("", float("inf"))
    assert vaas.env is os.environ


def test_requests_of_one_app_do_not_see_each_others_context() -> None:
    class Slow:
        @vaas.get("/")
        async def me(self, req: vaas.Request) -> bool:
            before = vaas.context.request_id
            await asyncio.sleep(0)
            return before == vaas.context.request_id == req.request_id

    async def main() -> list[bool]:
        async with AsyncClient(Slow) as client:
            return [answer.json() for answer in await asyncio.gather(*(client.get("/") for _ in range(5)))]

    assert asyncio.run(main()) == [True] * 5
