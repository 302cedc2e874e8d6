"""What an operator is told of calls and errors: 5xx count, whoever answered them, and no total ever falls."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import httpx

from tests.e2e.running import Running

ANSWERS = dedent(
    """
    import asyncio
    import vaas

    @vaas.app
    class Answers:
        @vaas.get("/{status}")
        async def answer(self, status: int, res):
            res.status = status
            return "said"

        @vaas.get("/raise")
        async def fail(self):
            raise RuntimeError("no luck")

        @vaas.get("/stream")
        async def stream(self, res):
            res.status = 503
            yield "busy"

        @vaas.get("/late")
        async def late(self):
            await asyncio.sleep(5)

        @vaas.post("/upload")
        async def upload(self, req, res):
            await req.body()
            res.status = 507

        @vaas.rpc
        async def broken(self):
            raise RuntimeError("no luck")
    """
).lstrip()


def counted(platform: Running, app: str) -> dict[str, Any]:
    [found] = [each for each in platform.json("status")["apps"] if each["name"] == app]
    return found


def test_an_answered_5xx_is_an_error_by_its_status_on_every_way(platform: Running):
    platform.deploy("answers", ANSWERS, manifest="[limits]\ntimeout = '300ms'\n")
    for path in ("200", "404", "500", "500", "raise", "stream", "late"):
        platform.get(f"/answers/{path}")
    httpx.post(f"{platform.gateway}/answers/upload", content=b"x" * 3_000_000, timeout=20)
    platform.vaas("call", "answers.broken", ok=False)
    found = counted(platform, "answers")
    assert found["errors_by_status"] == {"500": 4, "503": 1, "504": 1, "507": 1}
    assert found["errors"] == 7


def test_a_settings_change_and_a_deploy_lose_no_count(platform: Running):
    platform.deploy("counts", ANSWERS)
    platform.get("/counts/500")
    before = counted(platform, "counts")
    platform.vaas("settings", "counts", "set", "env.MODE=dark")
    after = counted(platform, "counts")
    assert (after["errors"], after["errors_by_status"]) == (1, {"500": 1})
    assert after["calls"] >= before["calls"]
    platform.deploy("counts", ANSWERS + "\n# new\n")
    platform.get("/counts/502")
    assert counted(platform, "counts")["errors_by_status"] == {"500": 1, "502": 1}
    assert counted(platform, "counts")["calls"] > after["calls"]
