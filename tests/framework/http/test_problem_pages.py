"""Problems as pages: browsers get one that says the same as the JSON, all others the JSON."""

from __future__ import annotations

import html.parser
import json
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vaas
from vaas.framework.http.problem_pages import as_asked, page_of, prefers_page
from vaas.framework.http.problems import problem
from vaas.testing import Client

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (FIREFOX, True),
        (CHROMIUM, True),
        ("text/html", True),
        ("TEXT/HTML; charset=utf-8", True),
        ("text/html, */*", True),
        ("application/json;q=0.5, text/html", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/json, text/plain, */*", False),
        ("application/json, text/html", False),
        ("text/html;q=0.5, application/problem+json", False),
        ("text/html;q=0.1, */*", False),
        ("text/html;q=0", False),
        ("text/html;q=many", False),
        ("text/*", False),
    ],
)
def test_a_client_that_prefers_html_gets_a_page(accept: str, is_page: bool) -> None:
    assert prefers_page([(b"accept", accept.encode())]) == is_page


def test_a_client_that_says_nothing_gets_json_that_ends_with_a_newline() -> None:
    made = problem(404, "No.", "id-1", [], {})
    assert as_asked(made, [(b"host", b"x")]) is made
    assert made.body.endswith(b"}\n")


def test_accept_may_stand_in_several_lines() -> None:
    assert prefers_page([(b"accept", b"image/png"), (b"accept", b"text/html")])


class Texts(html.parser.HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = Texts(page_of(problem(404, "x", "y", [], {})).body.decode()).tags


@given(st.text(), st.text())
def test_whatever_a_problem_says_is_text_on_its_page(detail: str, request_id: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in detail + request_id):
        return
    page = page_of(problem(500, detail, request_id, [], {"code": "<script>alert(1)</script>"})).body.decode()
    assert Texts(page).tags == TAGS
    assert "<script" not in page
    assert (detail or "Internal Server Error") in unescape(page)


def test_a_page_needs_nothing_else_and_runs_nothing() -> None:
    made = page_of(problem(503, "Wait.", "id-1", [(b"retry-after", b"1")], {}))
    head = dict(made.headers)
    assert head[b"content-type"] == b"text/html; charset=utf-8"
    assert head[b"content-security-policy"].startswith(b"default-src 'none'")
    assert (head[b"retry-after"], head[b"vary"]) == (b"1", b"accept")
    text = made.body.decode()
    assert "http:" not in text
    assert "https:" not in text
    assert "src=" not in text


@vaas.app
class App:
    @vaas.get("/items/{n}")
    def item(self, n: int, size: int) -> Any:
        raise vaas.HTTPError(410, f"<b>{n}</b> is gone", headers={"x-a": "b"})

    @vaas.get("/fails")
    def fails(self) -> Any:
        raise ValueError("<secret>")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/items/7?size=1", 410, "<b>7</b> is gone"),
        ("/items/7?size=x", 422, "Expected `int`"),
        ("/nothing", 404, "There is no /nothing."),
        ("/fails", 500, "ValueError: <secret>"),
    ],
)
def test_an_app_s_errors_are_pages_too_with_the_request_s_id(path: str, status: int, said: str) -> None:
    with Client(App) as client:
        page = client.get(path, headers={"accept": FIREFOX})
        plain = client.get(path)
    assert page.status_code == plain.status_code == status
    assert said in Texts(page.text).text
    assert "request" in Texts(page.text).text
    assert plain.text.endswith("}\n")
    assert said in plain.json()["detail"]
    assert page.headers.get("x-a") == plain.headers.get("x-a")


def test_the_traceback_is_on_the_page_where_it_is_in_the_json() -> None:
    with Client(App, debug=True) as client:
        assert "Traceback" in client.get("/fails", headers={"accept": FIREFOX}).text
    with Client(App, debug=False) as client:
        assert "Traceback" not in client.get("/fails", headers={"accept": FIREFOX}).text
        assert "secret" not in client.get("/fails", headers={"accept": FIREFOX}).text


def test_rpc_and_json_stay_what_they_are() -> None:
    body = problem(400, "No.", "id-1", [], {"a": 1}).body
    assert json.loads(body) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "No.",
        "code": "bad-request",
        "request_id": "id-1",
        "a": 1,
    }
