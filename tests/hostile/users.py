"""The users of the storm: who asks the neighbour app, and a server that has nothing to do with vaas, and the admin.

Each is a process of its own, which asks at a fixed rate: seconds count from when a question was due, so that a platform
that stands still for a second is late for all that was to be asked in it. The server that is beside the platform
("control") tells how late the machine is by itself. Forked by ``conductor.py``; deploys: ``deploys.py``."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle
from multiprocessing.connection import Connection
from random import Random
from time import monotonic
from typing import NamedTuple

from tests.hostile import requests
from tests.hostile.client import Client
from tests.hostile.vocabulary import Address, Sample, World
from vaas.core.limits.priority import HOST, rank

PATIENCE = 10.0
"""Seconds after which a user gives a question up."""
HOME = "127.0.2.1"
"""Of the neighbour's users: an address that no attacker has."""
OFFICE = "127.0.2.2"
"""Of the admin and the deploys."""
CONTROL = "control"
LOOKS = ("/apps", "/status", "/apps/neighbour", "/nodes", "/apps/neighbour/releases")
"""What the admin looks at, besides health and metrics."""

Ask = Callable[[], Awaitable[str]]
"""Asks once; returns what was wrong with the answer."""


class Habit(NamedTuple):
    kind: str
    rate: float
    """Questions a second."""
    ask: Ask


def live(habits: Callable[[], Sequence[Habit]], told: Connection) -> None:
    """The whole of a user's process: until SIGTERM; then tells its samples."""
    told.send(asyncio.run(_live(habits)))
    told.close()


async def _live(habits: Callable[[], Sequence[Habit]]) -> list[Sample]:
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    found = await asyncio.gather(*(_follow(habit, over) for habit in habits()))
    return [sample for samples in found for sample in samples]


async def _follow(habit: Habit, over: asyncio.Event) -> list[Sample]:
    samples: list[Sample] = []
    due = monotonic()
    while not over.is_set():
        await asyncio.sleep(max(0.0, due - monotonic()))
        samples.append(await _asked(habit, due))
        due += 1 / habit.rate
    return samples


async def _asked(habit: Habit, due: float) -> Sample:
    try:
        async with asyncio.timeout(PATIENCE):
            wrong = await habit.ask()
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        wrong = repr(error)
    return Sample(habit.kind, due, monotonic() - due, wrong)


# --- who uses the neighbour


def of_the_neighbour(world: World, control: Address, seed: str) -> list[Habit]:
    random = Random(f"{seed}:users")
    kept, fresh, talker, other = (Client(address, HOME) for address in (*[world.gateway] * 3, control))
    return [
        Habit("kept", 40, lambda: _echoed(kept, random)),
        Habit("fresh", 15, lambda: _echoed_freshly(fresh, random)),
        Habit("websocket", 15, _Talk(talker, random).ask),
        Habit(CONTROL, 40, lambda: _echoed(other, random)),
    ]


async def _echoed(client: Client, random: Random) -> str:
    word = str(random.random())
    status, body = await client.ask(requests.request("GET", f"/neighbour/echo?n={word}"))
    return "" if (status, body.decode()) == (200, word) else f"{status} {body[:200]!r}, not {word}"


async def _echoed_freshly(client: Client, random: Random) -> str:
    """By a chunked POST on a connection of its own."""
    client.close()
    data = random.randbytes(random.randrange(1, 3000))
    head = requests.head("POST", "/neighbour/echo", [("Transfer-Encoding", "chunked")])
    status, body = await client.ask(head + requests.chunk(data) + requests.LAST_CHUNK)
    client.close()
    return "" if (status, body) == (200, data) else f"{status} {body[:200]!r} for {len(data)} bytes"


class _Talk:
    def __init__(self, client: Client, random: Random) -> None:
        self._client, self._random = client, random
        self._open = False

    async def ask(self) -> str:
        try:
            if not self._open:
                await self._client.upgrade("/neighbour/talk")
                self._open = True
            text = str(self._random.random()).encode()
            found = await self._client.talk(self._random, text)
        except BaseException:
            self._open = False
            self._client.close()
            raise
        return "" if found == text else f"{found!r}, not {text!r}"


# --- the admin


def of_the_admin(world: World) -> list[Habit]:
    asked = [
        requests.request("GET", "/healthz"),
        requests.request("GET", "/metrics", [("Authorization", f"Bearer {world.admin}")]),
        *(requests.call(world.admin, "GET", path) for path in LOOKS),
    ]
    turn = cycle(asked)
    client = Client(world.console, OFFICE)
    return [Habit("admin", 4, lambda: _looked(client, next(turn)))]


async def _looked(client: Client, request: bytes) -> str:
    """On a connection of its own, as a command is."""
    client.close()
    status, body = await client.ask(request)
    client.close()
    return "" if status == 200 and body else f"{status} {body[:200]!r} for {request[:60]!r}"


# --- the server beside the platform


async def serve_control(told: Connection) -> None:
    """Echoes as the neighbour does, and has the processor as a host has it: whatever else this machine does keeps both
    waiting. Tells its address, then goes on until SIGTERM."""
    rank(HOST)
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    async with await asyncio.start_server(_echo, "127.0.0.1", 0) as server:
        told.send(server.sockets[0].getsockname())
        await over.wait()


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readuntil(b"\r\n\r\n"):
            word = line.partition(b"n=")[2].partition(b" ")[0]
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(word), word))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
