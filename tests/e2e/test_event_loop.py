"""Nothing that is deployed, stored or asked for keeps a real node's event loop from its next turn for long."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.watched_node import WatchedNode, watched_node
from vaas.platform.logs.files import Line, encode
from vaas.platform.reconciler.reconciler import Reconciler
from vaas.platform.records import bounds

APP = "import vaas\n\n@vaas.app\nclass Shop:\n    @vaas.get('/')\n    async def home(self):\n        return 'open'\n"


def worst(count: int = bounds.LIST.most) -> dict[str, list[str]]:
    """Permissions at the bounds."""
    return {
        "modules": [f"m.{'a.' * 8}x{n}" for n in range(count)],
        "net": [f"host{n}.example.com:443" for n in range(count)],
        "read": [f"/{'a/' * 8}{n}" for n in range(count)],
        "write": [f"/{'b/' * 8}{n}" for n in range(count)],
        "env": [f"E_{n}" for n in range(count)],
        "rpc": [f"billing.m{n}" for n in range(count)],
    }


def wider(count: int = bounds.LIST.most) -> dict[str, list[str]]:
    """Grants that cover them, none of them word for word."""
    return {
        "modules": ["m.a.a.a", *(f"m.{'b.' * 8}x{n}" for n in range(count - 1))],
        "read": ["/a", *(f"/{'c/' * 8}{n}" for n in range(count - 1))],
        "write": ["/b", *(f"/{'c/' * 8}{n}" for n in range(count - 1))],
        "net": ["*"],
        "env": ["*"],
        "rpc": ["billing.*"],
    }


def bundle(name: str, permissions: dict[str, list[str]], size: int = 0) -> bytes:
    manifest = "".join(f"{kind} = {json.dumps(items, indent=0)}\n" for kind, items in permissions.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vaas.toml", f'name = "{name}"\n[permissions]\n{manifest}')
        archive.writestr("app.py", APP)
        archive.writestr("large.bin", random.Random(1).randbytes(size))
    return out.getvalue()


def deploy(node: WatchedNode, name: str, data: bytes, **order: Any) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    node.ask("PUT", f"/bundles/{digest}", content=data)
    number = node.ask("POST", f"/apps/{name}/releases", {"digest": digest, **order}).json()["release"]["number"]
    found: dict[str, Any] = node.ask("GET", f"/apps/{name}/releases/{number}?wait=50").json()
    return found


def test_a_deploy_at_the_bounds_with_its_grants_and_a_restart_take_no_long_turn(tmp_path: Path):
    with watched_node(tmp_path / "data") as node:
        waiting = deploy(node, "large", bundle("large", worst(), 20_000_000))
        assert waiting["outcome"]["state"] == "waiting"
        node.ask("POST", "/apps/large/grants", {"release": 1})
        node.ask("GET", "/apps/large/releases/1?wait=50")
        settings = node.ask("GET", "/apps/large/settings").json()
        changes = {"changes": {"env.A": "x" * 60_000}, "revision": settings["revision"]}
        changed = node.ask("PATCH", "/apps/large/settings", changes).json()
        node.ask("GET", f"/apps/large/settings/revisions/{changed['revision']}?wait=50")
        node.ask("POST", "/apps/large/grants", {"remove": {"permissions": {"env": worst()["env"]}}})
        assert deploy(node, "shop", bundle("shop", {}))["outcome"]["state"] == "ready"
        assert httpx.get(f"{node.platform.gateway_url}/shop/").text == "open"
    with watched_node(tmp_path / "data") as node:
        assert httpx.get(f"{node.platform.gateway_url}/shop/").text == "open"
        assert {app["name"] for app in node.ask("GET", "/apps").json()} == {"large", "shop"}


def test_grants_at_the_bounds_that_cover_what_is_asked_for_take_no_long_turn(tmp_path: Path):
    net = {"net": ["other.example.com:443"]}  # a `*` is nothing that a grant of env takes
    with watched_node(tmp_path / "data") as node:
        added = {kind: items for kind, items in (wider(bounds.LIST.most // 2) | net).items() if kind != "env"}
        node.ask("POST", "/apps/large/grants", {"add": {"permissions": added}})
        waiting = deploy(node, "large", bundle("large", worst(bounds.LIST.most // 2)))
        assert set(waiting["outcome"]["missing"]["permissions"]) == {"net", "env"}
        node.ask("POST", "/apps/large/grants", {"release": 1})
        node.ask("GET", "/apps/large/releases/1?wait=50")


@pytest.mark.parametrize("query", ["", "?limit=50000", "?grep=nothing", "?since=3600"])
def test_a_log_of_megabytes_is_read_in_short_turns(tmp_path: Path, query: str):
    line = encode(Line(time.time(), "v1", 1, "r1", "stdout", "info", "x" * 60)) + b"\n"
    folder = tmp_path / "data" / "logs" / "shop"
    with watched_node(tmp_path / "data") as node:
        assert deploy(node, "shop", bundle("shop", {}))["outcome"]["state"] == "ready"
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(10, 14):
            (folder / f"{number:08d}.jsonl").write_bytes(line * (3_500_000 // len(line)))
        text = node.ask("GET", f"/apps/shop/logs{query}").text
        assert text.count("\n") >= (0 if "grep" in query else 50_000)


def test_the_listeners_answer_even_if_no_stored_app_can_be_worked_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with watched_node(tmp_path / "data") as node:
        assert deploy(node, "shop", bundle("shop", {}))["outcome"]["state"] == "ready"
    told: list[tuple[int, int, str]] = []
    start = Reconciler.start

    async def asked_first(self: Reconciler) -> None:
        own = self._lease.node

        def ask() -> None:
            health = httpx.get(f"{own.console}/healthz", timeout=10)
            early = httpx.get(f"{own.gateway}/shop/", timeout=10)
            told.append((health.status_code, early.status_code, early.json()["code"]))

        await asyncio.to_thread(ask)
        await start(self)

    monkeypatch.setattr(Reconciler, "start", asked_first)
    with watched_node(tmp_path / "data") as node:
        assert httpx.get(f"{node.platform.gateway_url}/shop/").text == "open"
    assert told == [(200, 503, "starting")]
