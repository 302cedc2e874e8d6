"""Commands over the API: their streams, their end, and what is kept of them."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from vaas.core.terminal import Terminal
from vaas.platform.control import runs
from vaas.platform.records import keys
from vaas.platform.records.documents import find_all, until
from vaas.platform.records.records import Run


def path(*command: str, **query: str) -> str:
    given = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/apps/shop/runs?command={quote(json.dumps(command))}{given}"


def events(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines() if line]


def test_a_command_answers_with_what_it_writes_and_its_exit_code(shop: Any):
    response = shop.request("POST", path("python", "job.py", stdin="true"), content=b"typed")
    assert response.headers["content-type"].startswith("application/x-ndjson")
    begun, out, err, end = events(response)
    assert begun == {"run": 1, "release": 1}
    assert base64.b64decode(out["stdout"]) == b"python job.py"
    assert base64.b64decode(err["stderr"]) == b"typed"
    assert end == {"exit": 3, "reason": ""}


def test_without_stdin_the_body_is_not_read(shop: Any):
    begun, out, end = events(shop.request("POST", path("x"), content=b"typed"))
    assert ("run" in begun, "stdout" in out, "exit" in end) == (True, True, True)


def test_what_was_run_is_kept_with_its_caller_and_its_end(shop: Any):
    shop.request("POST", path("python", "one.py"))
    shop.request("POST", path("python", "two.py", release="2"), token=shop.token("deployer", "shop"))
    two, one = shop.get("/apps/shop/runs")
    assert (one["number"], one["command"], one["by"], one["release"]) == (1, ["python", "one.py"], "ann", 1)
    assert (two["number"], two["by"], two["release"], two["exit_code"]) == (2, "a deployer", 2, 3)
    assert two["ended_at"] >= two["at"]


def test_the_oldest_are_forgotten(shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runs, "KEPT", 2)
    for _ in range(4):
        shop.request("POST", path("x"))
    assert [run["number"] for run in shop.get("/apps/shop/runs")] == [4, 3]


def test_one_that_runs_is_ended_by_its_number(shop: Any):
    async def scene() -> Any:
        running = asyncio.create_task(shop.requesting("POST", path("x", stdin="true"), content=never()))
        assert (await recorded(shop)).exit_code is None
        ended = await shop.requesting("DELETE", "/apps/shop/runs/1")
        assert ended.status_code == 204
        return await running

    *_, end = events(shop.run(scene()))
    assert end == {"exit": 3, "reason": "ann ended it"}
    response = shop.request("DELETE", "/apps/shop/runs/1")
    assert (response.status_code, response.json()["code"]) == (409, "run-ended")


async def recorded(shop: Any) -> Run:
    """The newest that was begun, as soon as there is one."""
    await until(shop.store, keys.runs("shop"), bool)
    return (await find_all(shop.store, keys.runs("shop"), Run))[-1].record


async def never() -> Any:
    yield b"begun"
    await asyncio.Event().wait()


def test_silence_is_broken_by_empty_lines(shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runs, "BEAT", 0.01)

    async def scene() -> Any:
        running = asyncio.create_task(shop.requesting("POST", path("x", stdin="true"), content=never()))
        await recorded(shop)
        await asyncio.sleep(0.05)  # several beats long
        shop.engine.programs[0].interrupt()
        return await running

    assert "\n\n" in shop.run(scene()).text


def test_an_app_that_is_removed_meanwhile_leaves_nothing_of_it(shop: Any):
    async def scene() -> None:
        running = asyncio.create_task(shop.requesting("POST", path("x", stdin="true"), content=never()))
        await recorded(shop)
        await shop.requesting("DELETE", "/apps/shop")
        shop.engine.programs[0].interrupt()
        await running
        assert await find_all(shop.store, keys.runs("shop"), Run) == []

    shop.run(scene())


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ("/apps/shop/runs", 422, "command-invalid"),
        ("/apps/shop/runs?command=python", 422, "command-invalid"),
        (path(), 422, "command-invalid"),
        (path(""), 422, "command-invalid"),
        (path("x", "\0"), 422, "command-invalid"),
        (path("x", timeout="0"), 422, "run-timeout-invalid"),
        (path("x", timeout="nan"), 422, "run-timeout-invalid"),
        (path("x", timeout="1e9"), 422, "run-timeout-invalid"),
        (path("x", release="9"), 404, "no-release-answers"),
        (path("x").replace("shop", "shoop"), 404, "app-not-found"),
    ],
)
def test_what_cannot_be_run_is_refused_and_not_recorded(shop: Any, given: str, status: int, code: str):
    response = shop.request("POST", given)
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert shop.get("/apps/shop/runs") == []


def test_a_terminal_is_what_the_caller_has_and_follows_its_size(shop: Any):
    async def scene() -> Any:
        where = path("x", stdin="true", terminal="vt100", rows="30", columns="100")
        running = asyncio.create_task(shop.requesting("POST", where, content=never()))
        await recorded(shop)
        [program] = shop.engine.programs
        assert program.terminal == Terminal("vt100", 30, 100)
        changed = await shop.requesting("PUT", "/apps/shop/runs/1/terminal?rows=50&columns=132")
        assert (changed.status_code, program.size) == (204, (50, 132))
        await shop.requesting("DELETE", "/apps/shop/runs/1")
        return await running

    shop.run(scene())
    assert shop.request("PUT", "/apps/shop/runs/1/terminal?rows=50&columns=132").status_code == 409


@pytest.mark.parametrize(
    ("name", "rows"), [("../../x", "24"), ("x y", "24"), ("x\n", "24"), ("vt100", "0"), ("vt100", "70000")]
)
def test_a_terminal_that_cannot_be_is_refused(shop: Any, name: str, rows: str):
    response = shop.request("POST", path("x", terminal=quote(name), rows=rows))
    assert response.status_code == 422
    assert "xterm-256color" in response.json()["detail"]
    assert shop.engine.programs == []
