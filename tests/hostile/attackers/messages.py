"""Websocket clients that send and do not read, or never end a message: it is bounded what they cost. Item 4."""

from __future__ import annotations

from random import Random

from tests.hostile import frames, requests
from tests.hostile.frames import frame
from tests.hostile.rights import no_matter
from tests.hostile.vocabulary import Rounds, Shot, World

FLOOD = 1000
"""Pings of the largest size on one connection, 125 KB, again and again: to read each costs the node some 40 µs."""
TIMES = 4


def pings(random: Random, world: World) -> Rounds:
    """Of every frame type that is answered, to a client that reads nothing."""
    kind = random.choice((frames.PING, frames.PING, frames.PONG, frames.TEXT))
    burst = frame(random, kind, b"p" * 125) * FLOOD
    path = random.choice(("talk", "deaf"))
    pieces = (requests.handshake(f"/{world.target}/{path}"), *([burst] * TIMES))
    yield [Shot("gateway", pieces, no_matter, answers=0, reads=False, gap=0.05, stay=4) for _ in range(4)]


def fragments(random: Random, world: World) -> Rounds:
    """Messages of many parts, which do not end, or only beyond their bound."""
    size = random.choice((0, 1, 1000, 60_000))
    count = min(500, 3_000_000 // max(size, 1))
    part = frame(random, frames.CONTINUATION, b"f" * size, final=False)
    begun = frame(random, frames.TEXT, b"f", final=False)
    pieces = (requests.handshake(f"/{world.target}/talk"), begun, *([part * (count // 20)] * 20))
    yield [Shot("gateway", pieces, no_matter, gap=0.05, answers=0, stay=4) for _ in range(4)]


def broken(random: Random, world: World) -> Rounds:
    """Frames that may not be."""
    odd = random.choice(
        (
            frame(random, frames.TEXT, b"unmasked", masked=False),
            frame(random, 3, b"reserved"),
            frame(random, frames.PING, b"p" * 200),
            frame(random, frames.PING, b"p", final=False),
            frame(random, frames.CONTINUATION, b"of nothing"),
            frame(random, frames.TEXT, b"\xff\xfe"),
            frame(random, frames.CLOSE, b"\x00"),
            frame(random, frames.CLOSE, (random.randrange(65536)).to_bytes(2, "big") + b"why"),
            random.randbytes(500),
        )
    )
    yield [Shot("gateway", (requests.handshake(f"/{world.target}/talk"), odd), no_matter, gap=0.1, answers=0, stay=3)]
