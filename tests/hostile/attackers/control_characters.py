"""Control characters in every field that may be foreign: no answer that a terminal shows has one as it is. Item 10.

What the node's own log has of them sees the judge."""

from __future__ import annotations

from random import Random
from typing import Any
from urllib.parse import quote

from tests.hostile import requests
from tests.hostile.rights import answered, no_matter, without
from tests.hostile.shots import asked, sent
from tests.hostile.vocabulary import Rounds, World

FORGED = (
    "\x1b[2J\x1b[31mred",
    "fine\rv99  ready  100 %",
    "fine\n2026-01-01 00:00:00 error node: forged",
    "\x9b31m",
    "\u202egnp.exe",
    "\x00\x07\x08",
    "a\u2028b\u2029c\x85d",
    "\x1b]0;title\x07\x1b]8;;http://x\x07",
)
RAW = (b"\x1b", b"\x07")
"""What JSON, too, has escaped."""


def in_records(random: Random, world: World) -> Rounds:
    text, app = random.choice(FORGED), f"/apps/{world.target}"
    tried: tuple[tuple[str, str, Any], ...] = (
        ("POST", f"{app}/releases", {"digest": "0" * 64, "message": text}),
        ("POST", f"{app}/releases", {"digest": text}),
        ("PATCH", f"{app}/settings", {"changes": {f"env.{text}": "x"}, "revision": 0}),
        ("PATCH", f"{app}/settings", {"changes": {"limits.timeout": text}, "revision": 0}),
        ("POST", f"{app}/grants", {"add": {"net": [text]}}),
        ("POST", "/tokens", {"name": "x", "role": text}),
        ("PUT", f"/domains/{quote(text, safe='')}", {"app": "target"}),
        ("POST", f"{app}/call/{quote(text, safe='')}", {}),
        ("GET", f"{app}/runs?x={quote(text)}", None),
    )
    yield [asked(without(*RAW), world.deployer, *each) for each in random.sample(tried, 4)]


def in_requests(random: Random, world: World) -> Rounds:
    """By way of the app: its log and its errors; and of heads, whose ids are the node's own."""
    text = random.choice(FORGED)
    said = [("X-Request-Id", quote(text)), ("User-Agent", quote(text)), ("Referer", f"\t{quote(text)}")]
    yield [
        sent(no_matter, requests.request("POST", f"/{world.target}/print", said, text.encode())),
        sent(answered(500), requests.request("GET", f"/{world.target}/fail?why={quote(text)}", said)),
        sent(without(*RAW), requests.request("GET", f"/{quote(text)}/")),
    ]
    yield [asked(without(*RAW), world.viewer, "GET", f"/apps/{world.target}/logs?limit=50")]
