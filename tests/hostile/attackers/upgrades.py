"""Upgrades to something else than a websocket, with a body, and the next request behind it: none is lost. Item 7."""

from __future__ import annotations

from random import Random

from tests.hostile import requests
from tests.hostile.rights import refused
from tests.hostile.shots import sent
from tests.hostile.vocabulary import Answer, Right, Rounds, Shot, World

PROTOCOLS = ("h2c", "TLS/1.0", "HTTP/2.0", "foo/2", "websocket2", "h2c, foo")


def pipelined(random: Random, world: World) -> Rounds:
    body = random.randbytes(random.choice((3, 100, 5000, 100_000)))
    hops = random.choice(("Upgrade", "upgrade, HTTP2-Settings"))
    said = [("Connection", hops), ("Upgrade", random.choice(PROTOCOLS))]
    path = f"/{world.target}/count"
    if random.random() < 0.5:
        first = requests.request("POST", path, said, body)
    else:
        first = requests.head("POST", path, [*said, ("Transfer-Encoding", "chunked")])
        first += requests.chunk(body) + requests.LAST_CHUNK
    second = requests.request("GET", f"/{world.target}/fine")
    yield [sent(_both(str(len(body)).encode(), b"fine"), first + second, answers=2)]


def _both(first: bytes, second: bytes) -> Right:
    """Both are answered as without the upgrade; or the first is refused, and the connection closed."""

    def right(answer: Answer) -> str:
        if answer.statuses == (200, 200) and answer.bodies == (first, second):
            return ""
        return refused(answer) if len(answer.statuses) == 1 else f"{answer.statuses} {[b[:50] for b in answer.bodies]}"

    return right


def of_the_console(random: Random, world: World) -> Rounds:
    said = [("Connection", "Upgrade"), ("Upgrade", random.choice(PROTOCOLS))]
    one = requests.call(world.viewer, "GET", "/whoami", headers=said)
    yield [Shot("console", (one + one,), _twice_or_refused, answers=2)]


def _twice_or_refused(answer: Answer) -> str:
    return "" if answer.statuses == (200, 200) else refused(answer)
