"""Logs, calls, status and nodes over the API."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from vaas.platform.records import keys, records
from vaas.platform.records.documents import put


def test_logs_are_one_json_object_a_line(shop: Any):
    response = shop.request("GET", "/apps/shop/logs?since=60&grep=o&limit=10")
    assert response.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line)["text"] for line in response.text.splitlines()] == ["one", "two"]
    assert shop.logs.asked == [("shop", 60.0, "o", False, 10, "", False)]


def test_all_that_is_kept_is_shown_unless_asked_otherwise(shop: Any):
    shop.request("GET", "/apps/shop/logs")
    assert shop.logs.asked == [("shop", None, "", False, None, "", False)]


def test_following_gives_each_line_at_once_and_ends_with_the_reader(shop: Any):
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/apps/shop/logs",
        "raw_path": b"/api/v1/apps/shop/logs",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "query_string": b"follow=true",
        "headers": [(b"authorization", f"Bearer {shop.admin}".encode())],
        "client": None,
        "server": None,
        "asgi": {"version": "3.0"},
    }

    async def read_two_lines_and_go() -> bytes:
        parts: asyncio.Queue[bytes] = asyncio.Queue()
        gone = asyncio.Event()
        first = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Any:
            for message in first:
                return message
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message.get("body"):
                parts.put_nowait(message["body"])

        answering = asyncio.create_task(shop.app(scope, receive, send))
        text = b""
        while text.count(b"\n") < 2:
            text += await parts.get()
        assert shop.logs.open == 1
        gone.set()
        await asyncio.wait_for(answering, 5)
        return text

    assert b'"text":"two"' in shop.run(read_two_lines_and_go())
    assert shop.logs.open == 0


@pytest.mark.parametrize("query", ["since=-1", "since=nan", "since=x", "limit=-1", "limit=1.5", "follow=perhaps"])
def test_a_range_of_logs_that_makes_no_sense_is_refused(shop: Any, query: str):
    response = shop.request("GET", f"/apps/shop/logs?{query}")
    assert response.status_code == 422
    assert query.partition("=")[0] in response.text


def test_logs_of_an_unknown_app_are_not_found(api: Any):
    assert api.request("GET", "/apps/shop/logs").json()["code"] == "app-not-found"


def test_a_method_is_called_with_the_object_in_the_body(shop: Any):
    assert shop.send("POST", "/apps/shop/call/add", {"a": 1, "b": 2}) == {"a": 1, "b": 2}


def test_a_call_without_a_body_has_no_arguments(shop: Any):
    assert shop.send("POST", "/apps/shop/call/add") == {}


def test_an_apps_own_problem_is_passed_on(shop: Any):
    response = shop.request("POST", "/apps/shop/call/subtract", {})
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("body", ["[1]", "5", "{", '"x"', "\udcff"])
def test_arguments_that_are_no_object_are_refused(shop: Any, body: str):
    response = shop.request("POST", "/apps/shop/call/add", content=body.encode("utf-8", "surrogateescape"))
    assert (response.status_code, response.json()["code"]) == (422, "arguments-invalid")


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf", "301", "x"])
def test_a_call_must_have_a_bearable_time(shop: Any, timeout: str):
    assert shop.request("POST", f"/apps/shop/call/add?timeout={timeout}", {}).status_code == 422


def test_a_call_of_an_unknown_app_is_not_found(api: Any):
    assert api.request("POST", "/apps/shop/call/add", {}).json()["code"] == "app-not-found"


def test_the_status_tells_how_every_app_fares_here(shop: Any):
    shop.deploy("till")
    status = shop.get("/status")
    assert (status["node"], status["version"], status["gateway"]) == ("n1", "0.1.0", "http://gateway")
    assert status["apps"] == [
        {
            "name": "shop",
            "release": 1,
            "state": "ready",
            "quarantine": "",
            "hosts": 1,
            "workers": 4,
            "stalled": 1,
            "in_flight": 2,
            "waiting": 0,
            "calls": 99,
            "errors": 3,
            "errors_by_status": {"500": 2, "504": 1},
            "disk": 70,
        },
        {
            "name": "till",
            "release": 0,
            "state": "starting",
            "quarantine": "",
            "hosts": 0,
            "workers": 0,
            "stalled": 0,
            "in_flight": 0,
            "waiting": 0,
            "calls": 0,
            "errors": 0,
            "errors_by_status": {},
            "disk": 0,
        },
    ]


def test_the_nodes_that_run_are_listed(api: Any):
    node = records.Node(id="n1", gateway="http://g", console="http://c", started_at=records.now(), version="0.1.0")
    api.run(api.store.commit([put(keys.node("n1"), node)]))
    assert [each["id"] for each in api.get("/nodes")] == ["n1"]


def test_an_app_that_the_node_does_not_work_on_is_told_with_the_reason(shop: Any):
    shop.engine.quarantined["shop"] = "OSError: disk full"
    (listed,) = shop.get("/apps")
    (counted,) = shop.get("/status")["apps"]
    for seen in (listed, counted, shop.get("/apps/shop")):
        assert (seen["state"], seen["quarantine"]) == ("quarantined", "OSError: disk full")
