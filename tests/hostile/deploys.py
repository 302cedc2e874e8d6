"""The deploy loop: an app gets one release after another, and must answer each time with the newest.

A user among ``users.py``, by the API, as `vaas deploy` goes about it."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from tests.hostile import requests
from tests.hostile.apps import says
from tests.hostile.bundle import app_bundle
from tests.hostile.client import Client
from tests.hostile.shots import uploaded
from tests.hostile.users import OFFICE, Habit
from tests.hostile.vocabulary import World

NAME = "shop"


def of_the_deployer(world: World) -> list[Habit]:
    return [Habit("deploy", 0.5, _Deploys(world).ask)]


class _Deploys:
    def __init__(self, world: World) -> None:
        self._token = world.admin
        self._console, self._gateway = Client(world.console, OFFICE), Client(world.gateway, OFFICE)
        self._numbers = count(1)

    async def ask(self) -> str:
        word = f"release {next(self._numbers)}"
        made = app_bundle(NAME, says(word), '[limits]\ndrain = "1s"\nidle = "1h"\n')
        status, body = await self._console.ask(uploaded(self._token, made).pieces[0])
        if status not in (200, 201):
            return f"upload: {status} {body[:200]!r}"
        status, body = await self._call("POST", f"/apps/{NAME}/releases", {"digest": made.digest, "grant": True})
        if status != 201:
            return f"deploy: {status} {body[:200]!r}"
        number = json.loads(body)["release"]["number"]
        status, body = await self._call("GET", f"/apps/{NAME}/releases/{number}?wait=8")
        state = json.loads(body).get("outcome", {}).get("state") if status == 200 else status
        return await self._answers(word) if state == "ready" else f"release {number} is {state}"

    async def _answers(self, word: str) -> str:
        status, body = await self._gateway.ask(requests.request("GET", f"/{NAME}/"))
        return "" if (status, body.decode()) == (200, word) else f"{status} {body[:200]!r}, not {word!r}"

    async def _call(self, method: str, path: str, value: Any = None) -> tuple[int, bytes]:
        return await self._console.ask(requests.call(self._token, method, path, value))
