"""What a handler returns becomes an answer by its type; what cannot be sent is a 500 that says why."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import pytest

import vaas
from vaas.testing import Client


@dataclass
class Thing:
    name: str


class Struct(msgspec.Struct):
    day: date


@vaas.app
class App:
    def __init__(self, value: Any = None) -> None:
        self.value = value

    @vaas.get("/")
    def whatever(self) -> Any:
        return self.value() if callable(self.value) else self.value

    @vaas.get("/slow")
    async def slow(self) -> Any:
        return self.whatever()

    @vaas.get("/decided")
    async def decided(self, res: vaas.Response) -> Any:
        res.status = 202
        res.headers["x-kind"] = "a"
        res.set_cookie("session", "s1", httponly=True)
        res.set_cookie("theme", "dark")
        return self.value

    @vaas.get("/named")
    async def named(self, req: vaas.Request, res: vaas.Response) -> dict[str, str]:
        return {"path": req.path}


def answer(value: Any, path: str = "/") -> Any:
    with Client(App(value)) as client:
        return client.get(path)


JSON = "application/json"


@pytest.mark.parametrize(
    ("value", "status", "kind", "body"),
    [
        ({"a": 1}, 200, JSON, b'{"a":1}'),
        ([1, None], 200, JSON, b"[1,null]"),
        ({}, 200, JSON, b"{}"),
        ([], 200, JSON, b"[]"),
        (0, 200, JSON, b"0"),
        (False, 200, JSON, b"false"),
        ((1, 2), 200, JSON, b"[1,2]"),
        (Thing("a"), 200, JSON, b'{"name":"a"}'),
        ([Thing("a")], 200, JSON, b'[{"name":"a"}]'),
        (Struct(date(2026, 1, 2)), 200, JSON, b'{"day":"2026-01-02"}'),
        ("héllo", 200, "text/plain; charset=utf-8", "héllo".encode()),
        ("", 200, "text/plain; charset=utf-8", b""),
        (b"\x00", 200, "application/octet-stream", b"\x00"),
        (vaas.html("<p>"), 200, "text/html; charset=utf-8", b"<p>"),
        (vaas.html("<p>", status=404), 404, "text/html; charset=utf-8", b"<p>"),
        (vaas.Response({"a": 1}, 418), 418, JSON, b'{"a":1}'),
        (vaas.Response("a,b", media_type="text/csv"), 200, "text/csv", b"a,b"),
        (vaas.Response("x", headers={"content-type": "text/x"}), 200, "text/x", b"x"),
    ],
)
def test_each_kind_of_value_has_its_media_type(value: Any, status: int, kind: str, body: bytes) -> None:
    for path in ("/", "/slow"):
        got = answer(value, path)
        assert (got.status_code, got.headers["content-type"], got.content) == (status, kind, body)


def test_none_is_204_without_body_or_type() -> None:
    got = answer(None)
    assert (got.status_code, got.content) == (204, b"")
    assert "content-type" not in got.headers


def test_a_status_that_has_no_body_gets_none() -> None:
    assert answer(vaas.Response({"a": 1}, 204)).content == b""
    assert answer(vaas.Response("text", 304)).content == b""


def test_redirects_keep_the_method_unless_told_otherwise() -> None:
    got = answer(vaas.redirect("/elsewhere?q=ä"))
    assert (got.status_code, got.headers["location"]) == (307, "/elsewhere?q=%C3%A4")
    assert answer(vaas.redirect("/x", 303)).status_code == 303


def test_a_handler_that_names_res_decides_status_headers_and_cookies() -> None:
    got = answer({"a": 1}, "/decided")
    assert (got.status_code, got.headers["x-kind"], got.json()) == (202, "a", {"a": 1})
    assert got.headers.get_list("set-cookie") == [
        "session=s1; HttpOnly; Path=/; SameSite=lax",
        "theme=dark; Path=/; SameSite=lax",
    ]
    got = answer(None, "/decided")
    assert (got.status_code, got.content) == (202, b"")


def test_a_returned_response_wins_over_the_named_one() -> None:
    got = answer(vaas.Response("mine", 201), "/decided")
    assert (got.status_code, got.text, "x-kind" in got.headers) == (201, "mine", False)


def test_naming_req_and_res_changes_nothing_by_itself() -> None:
    got = answer(None, "/named")
    assert (got.status_code, got.json()) == (200, {"path": "/named"})


class Unsendable:
    pass


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Unsendable(), "returned a value of type Unsendable that cannot become JSON"),
        ({"x": [Unsendable()]}, "cannot become JSON"),
        ({("a", 1): 1}, "cannot become JSON"),
        ({"x": "\ud800"}, "cannot become JSON"),
        ("\ud800", "returned text that is not Unicode"),
        (Unsendable, "cannot become JSON"),
        (vaas.Response("x", 99), "the status 99"),
        (vaas.Response("x", 600), "the status 600"),
        (vaas.Response("x", headers={"x-a": "1\r\nset-cookie: evil=1"}), "'x-a' with control characters"),
        (vaas.Response("x", headers={"x-a": "1\0"}), "'x-a' with control characters"),
        (vaas.Response("x", headers={"x a": "1"}), "the header name b'x a'"),
        (vaas.Response("x", headers={"x-a": "y" * 70_000}), "headers of more than"),
        (vaas.Response("x", media_type="text/plain\r\nx: y"), "'content-type' with control characters"),
    ],
)
def test_what_cannot_be_sent_is_500_with_handler_place_and_reason(
    value: Any, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        got = answer(value)
    detail = got.json()["detail"]
    assert (got.status_code, got.json()["code"]) == (500, "bad-answer")
    assert detail.startswith("App.whatever (")
    assert "test_answers.py:" in detail
    assert said in detail
    assert "set-cookie" not in got.headers
    assert len(caplog.records) == 1


def test_a_header_that_is_not_latin_1_is_refused() -> None:
    def value() -> vaas.Response:
        return vaas.Response("x", headers={"x-a": "→"})

    assert answer(value).status_code == 500


def test_headers_about_the_connection_are_not_the_apps_business() -> None:
    got = answer(vaas.Response("x", headers={"connection": "close", "transfer-encoding": "chunked"}))
    assert "connection" not in got.headers
    assert "transfer-encoding" not in got.headers
