"""Garbage in any place is answered by a problem that says so, never by a 500."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

METHODS = ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]
PATHS = [
    "/openapi.json",
    "/whoami",
    "/status",
    "/nodes",
    "/bundles/{x}",
    "/apps",
    "/apps/{x}",
    "/apps/{x}/releases",
    "/apps/{x}/releases/{y}",
    "/apps/{x}/traffic",
    "/apps/{x}/rollback",
    "/apps/{x}/settings",
    "/apps/{x}/settings/history",
    "/apps/{x}/settings/revert",
    "/apps/{x}/grants",
    "/apps/{x}/logs",
    "/apps/{x}/call/{y}",
    "/domains",
    "/domains/{x}",
    "/tokens",
    "/tokens/{x}",
    "/{x}/{y}",
]
WORDS = ["digest", "message", "traffic", "grant", "mode", "lock", "weights", "sticky", "release", "changes", "revision"]
WORDS += ["to", "add", "remove", "permissions", "net", "app", "name", "role", "apps", "env.A", "limits.timeout", "code"]
GOOD = ["shop", "1", "0" * 64, "shop.example.com", "deployer", "weights", "5s", "-1", "99999999999999999999"]

texts = st.text(max_size=20) | st.sampled_from(GOOD)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | texts, inner, max_size=4),
    max_leaves=8,
)
bodies = st.binary(max_size=40) | values.map(lambda value: json.dumps(value).encode())
segments = st.sampled_from(GOOD) | st.binary(min_size=1, max_size=12)
names = st.from_regex(r"[A-Za-z-]{1,12}", fullmatch=True) | st.sampled_from(
    ["content-type", "content-length", "accept"]
)
printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


def quoted(segment: str | bytes) -> str:
    data = segment.encode() if isinstance(segment, str) else segment
    return "".join(f"%{byte:02X}" for byte in data)


# The API is one for all examples on purpose: what one of them broke would show in the next.
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    x=segments,
    y=segments,
    query=st.dictionaries(st.sampled_from(["wait", "since", "limit", "grep", "timeout"]) | texts, texts, max_size=3),
    headers=st.dictionaries(names, printable, max_size=2),
    body=bodies,
)
def test_no_garbage_is_answered_by_a_server_error(
    shop: Any, method: str, path: str, x: Any, y: Any, query: dict[str, str], headers: dict[str, str], body: bytes
):
    where = path.format(x=quoted(x), y=quoted(y))
    query = {**query, **({"wait": "0.001"} if "wait" in query else {})}
    response = shop.request(method, where, content=body, params=query, headers=headers)
    assert response.status_code < 500, response.text
    if response.status_code >= 400 and method != "HEAD":
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["detail"]
