"""Names that no app can have, at every route of the API: refused, and stored nowhere. Item 5."""

from __future__ import annotations

from random import Random
from typing import Any
from urllib.parse import quote

from tests.hostile.bundle import app_bundle
from tests.hostile.rights import refused
from tests.hostile.shots import asked, released, uploaded
from tests.hostile.vocabulary import Rounds, World

NAMES = (
    *("UPPER", "..", ".", "shop\n", "shop\r\n", "\nshop", "shop\x00", "1shop", "-shop", "shóp", "a b", "a" * 64),
    *(
        "shop/",
        "../shop",
        "shop%0a",
        "shop.",
        "_shop",
        "\u017fhop",
        "sh\x1b[31mop",
        " ",
        "shop\u2028",
        "a/b",
        "a" * 5000,
    ),
)
ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/apps/{}", None),
    ("DELETE", "/apps/{}", None),
    ("POST", "/apps/{}/restore", {}),
    ("POST", "/apps/{}/releases", {"digest": "0" * 64}),
    ("GET", "/apps/{}/releases", None),
    ("GET", "/apps/{}/releases/1", None),
    ("GET", "/apps/{}/traffic", None),
    ("PUT", "/apps/{}/traffic", {"mode": "latest"}),
    ("POST", "/apps/{}/rollback", {"release": None}),
    ("GET", "/apps/{}/settings", None),
    ("PATCH", "/apps/{}/settings", {"changes": {"env.A": "b"}, "revision": 0}),
    ("GET", "/apps/{}/settings/history", None),
    ("POST", "/apps/{}/settings/revert", {"to": 1, "revision": 0}),
    ("POST", "/apps/{}/grants", {"add": {"net": ["*"]}}),
    ("GET", "/apps/{}/logs", None),
    ("POST", "/apps/{}/runs?command=[%22python%22]", None),
    ("GET", "/apps/{}/runs", None),
    ("POST", "/apps/{}/call/x", {}),
    ("DELETE", "/tokens/{}", None),
)
DOMAINS = ("shop\n", "a..b", "-a.example", "a" * 300, "a.example\n", "a\x00.example", "*.example", "a b.example", "*")


def in_paths(random: Random, world: World) -> Rounds:
    """By an admin, who may all of it. 404 says that it is not there, which is right too."""
    name = quote(random.choice(NAMES), safe="")
    tried = random.sample(ROUTES, 4)
    yield [asked(refused, world.admin, method, path.format(name), value) for method, path, value in tried]


def in_bodies(random: Random, world: World) -> Rounds:
    name, domain = random.choice(NAMES), quote(random.choice(DOMAINS), safe="")
    yield [
        asked(refused, world.admin, "POST", "/tokens", {"name": "t", "role": "deployer", "apps": [name]}),
        asked(refused, world.admin, "PUT", "/domains/storm.example", {"app": name}),
        asked(refused, world.admin, "PUT", f"/domains/{domain}", {"app": "target"}),
    ]


def in_manifests(random: Random, world: World) -> Rounds:
    """The path says what the manifest says."""
    name = random.choice(NAMES)
    escaped = name.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "\n\r\x00\x1b\u2028"})
    made = app_bundle(escaped, "import vaas\n")
    yield [uploaded(world.admin, made)]
    yield [released(refused, world.admin, quote(name, safe=""), made)]
