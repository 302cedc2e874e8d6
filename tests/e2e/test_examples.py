"""Every example is deployed and does what it says."""

from __future__ import annotations

import asyncio
import shutil

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.e2e.running import EXAMPLES, Running
from tests.installed import bring


@pytest.fixture(scope="module")
def examples(platform: Running) -> Running:
    folders = {manifest.parent for manifest in EXAMPLES.glob("**/vaas.toml")}
    legacy = platform.home / "apps" / "legacy"
    shutil.copytree(EXAMPLES / "legacy", legacy)
    (legacy / "requirements.txt").unlink()  # installing takes a network
    bring(legacy, "starlette")
    platform.vaas("deploy", *sorted(map(str, {*folders, legacy} - {EXAMPLES / "legacy"})), "--grant")
    return platform


def test_hello_answers_as_the_product_says(examples: Running):
    assert examples.get("/hello/hello").json() == {"hello": "world"}
    assert examples.get("/hello/users/7?verbose=true").json() == {"id": 7, "verbose": True}
    misfit = examples.get("/hello/users/seven")
    assert misfit.status_code == 422
    assert "id" in misfit.text
    assert examples.vaas("call", "hello.add", '{"a": 1, "b": 2}').stdout.strip() == "3"


def test_notes_keeps_its_notes(examples: Running):
    notes = examples.gateway + "/notes/api/notes"
    made = httpx.post(notes, json={"text": "buy milk"})
    assert made.status_code == 201
    assert made.json() in httpx.get(notes).json()
    assert "<h1>Notes</h1>" in examples.get("/notes/").text
    assert httpx.delete(f"{notes}/{made.json()['id']}").status_code == 204
    assert httpx.delete(f"{notes}/{made.json()['id']}").status_code == 404


def test_ticker_streams_each_tick_when_it_happens(examples: Running):
    with httpx.stream("GET", f"{examples.gateway}/ticker/ticks?n=3&pause=0.01") as answer:
        assert list(answer.iter_lines()) == ["0", "1", "2"]
    events = examples.get("/ticker/events?n=2&pause=0").text
    assert events.count("data:") == 2
    counted = httpx.post(f"{examples.gateway}/ticker/count", content=b"x" * 500_000)
    assert counted.json() == {"bytes": 500_000}


def test_ticker_echoes_on_a_websocket(examples: Running):
    async def talk() -> str | bytes:
        async with connect(examples.gateway.replace("http", "ws") + "/ticker/echo") as ws:
            await ws.send("hello")
            return await ws.recv()

    assert asyncio.run(talk()) == "hello"


def test_pair_answers_on_two_domains(examples: Running):
    examples.vaas("domains", "add", "shop.localhost", "front")
    examples.vaas("domains", "add", "api.localhost", "back")
    assert "<h1>Shop</h1>" in examples.get("/", headers={"host": "shop.localhost"}).text
    products = examples.get("/products", headers={"host": "api.localhost"})
    assert products.json()[0] == {"name": "A cup", "price": 9}


def test_legacy_is_served_as_it_is(examples: Running):
    assert examples.get("/legacy/").text == "A legacy app, at home.\n"
    assert examples.get("/legacy/items/cup").json() == {"item": "cup", "root": "/legacy"}

    async def talk() -> str | bytes:
        async with connect(examples.gateway.replace("http", "ws") + "/legacy/shout") as ws:
            await ws.send("hello")
            return await ws.recv()

    assert asyncio.run(talk()) == "HELLO"
