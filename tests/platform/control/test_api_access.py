"""Who gets in, and who may do what: every endpoint is in the table below, or a test fails."""

from __future__ import annotations

from typing import Any

import pytest

ALL = {"admin", "owner", "own", "other", "viewer"}
"""``own`` is a deployer of shop, ``owner`` its owner, ``other`` a deployer of another app."""
OWNER, ADMIN = {"admin", "owner"}, {"admin"}
OWN, DEPLOYERS = {*OWNER, "own"}, {*OWNER, "own", "other"}

DIGEST = "0" * 64

MAY: dict[tuple[str, str], tuple[set[str], Any]] = {
    ("GET", "/openapi.json"): (ALL, None),
    ("GET", "/whoami"): (ALL, None),
    ("GET", "/status"): (ALL, None),
    ("GET", "/platform"): (ALL, None),
    ("POST", "/layers"): (DEPLOYERS, {"lines": ["tiny==1"]}),
    ("GET", "/nodes"): (ALL, None),
    ("GET", "/broken"): (ALL, None),
    ("DELETE", "/broken"): (ADMIN, None),
    ("GET", "/grants"): (ALL, None),
    ("GET", "/settings"): (ALL, None),
    ("PATCH", "/settings"): (ADMIN, {"changes": {}, "revision": 0}),
    ("GET", "/settings/history"): (ALL, None),
    ("PUT", "/bundles/{digest}"): (DEPLOYERS, None),
    ("GET", "/bundles/{digest}"): (ALL, None),
    ("GET", "/apps"): (ALL, None),
    ("GET", "/apps/{app}"): (ALL, None),
    ("DELETE", "/apps/{app}"): (ADMIN, None),
    ("POST", "/apps/{app}/restore"): (ADMIN, None),
    ("GET", "/removed"): (ALL, None),
    ("GET", "/apps/{app}/releases"): (ALL, None),
    ("GET", "/apps/{app}/releases/{number}"): (ALL, None),
    ("POST", "/apps/{app}/releases"): (OWN, {"digest": DIGEST, "grant": True}),
    ("GET", "/apps/{app}/traffic"): (ALL, None),
    ("PUT", "/apps/{app}/traffic"): (OWN, {"mode": "latest"}),
    ("POST", "/apps/{app}/rollback"): (OWN, {}),
    ("GET", "/apps/{app}/settings"): (ALL, None),
    ("GET", "/apps/{app}/settings/revisions/{revision}"): (ALL, None),
    ("PATCH", "/apps/{app}/settings"): (OWN, {"changes": {}, "revision": 1}),
    ("GET", "/apps/{app}/settings/history"): (ALL, None),
    ("POST", "/apps/{app}/settings/revert"): (OWN, {"to": 1, "revision": 1}),
    ("POST", "/apps/{app}/grants"): (OWNER, {}),
    ("GET", "/domains"): (ALL, None),
    ("PUT", "/domains/{domain}"): (ADMIN, {"app": "shop"}),
    ("DELETE", "/domains/{domain}"): (ADMIN, None),
    ("GET", "/tokens"): (ADMIN, None),
    ("POST", "/tokens"): (ADMIN, {"name": "x", "role": "viewer"}),
    ("DELETE", "/tokens/{id}"): (ADMIN, None),
    ("GET", "/apps/{app}/logs"): (OWN | {"viewer"}, None),
    ("POST", "/apps/{app}/call/{method}"): (OWN, {}),
    ("POST", "/apps/{app}/runs"): (OWN, None),
    ("GET", "/apps/{app}/runs"): (ADMIN | {"owner", "own", "viewer"}, None),
    ("DELETE", "/apps/{app}/runs/{number}"): (OWN, None),
    ("PUT", "/apps/{app}/runs/{number}/terminal"): (OWN, None),
}

VALUES = {
    "app": "shop",
    "number": "1",
    "revision": "1",
    "digest": DIGEST,
    "domain": "shop.example.com",
    "id": "0" * 12,
    "method": "add",
}


QUERIES = {"/apps/{app}/runs/{number}/terminal": "?rows=24&columns=80"}


@pytest.fixture
def tokens(shop: Any) -> dict[str, str]:
    return {
        "admin": shop.admin,
        "owner": shop.token("owner", "shop"),
        "own": shop.token("deployer", "shop"),
        "other": shop.token("deployer", "till"),
        "viewer": shop.token("viewer"),
    }


def test_the_table_has_every_endpoint(api: Any):
    paths = api.get("/openapi.json")["paths"]
    inside = {path: methods for path, methods in paths.items() if path.startswith("/api/v1")}
    endpoints = {
        (method.upper(), path.removeprefix("/api/v1")) for path, methods in inside.items() for method in methods
    }
    assert endpoints == set(MAY)
    assert set(paths) - set(inside) == {"/healthz", "/readyz", "/metrics"}


@pytest.mark.parametrize(("method", "path"), MAY)
def test_each_role_may_do_what_the_table_says_and_nothing_else(
    shop: Any, tokens: dict[str, str], method: str, path: str
):
    may, body = MAY[method, path]
    for who in ("viewer", "other", "own", "owner", "admin"):
        response = shop.request(method, path.format(**VALUES) + QUERIES.get(path, ""), body, token=tokens[who])
        assert (response.status_code == 403) == (who not in may), f"{who}: {response.text}"
        assert response.status_code not in (401, 500)


@pytest.mark.parametrize(("method", "path"), MAY)
def test_a_request_without_a_token_is_refused(shop: Any, method: str, path: str):
    response = shop.request(method, path.format(**VALUES), MAY[method, path][1], token="")
    assert (response.status_code, response.json()["code"]) == (401, "token-missing")
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/nowhere", "/healthz/", "/HEALTHZ", "//healthz"])
def test_not_even_what_does_not_exist_is_told_to_strangers(api: Any, path: str):
    assert api.run(api.http.get(path)).status_code == 401


def test_monitors_need_no_token(api: Any):
    for path in ("/healthz", "/readyz"):
        assert api.run(api.http.get(path)).status_code == 200


def test_a_node_whose_store_does_not_answer_lives_but_is_not_ready(api: Any):
    api.run(api.store.close())
    assert api.run(api.http.get("/healthz")).status_code == 200
    response = api.run(api.http.get("/readyz"))
    assert (response.status_code, response.json()["code"]) == (503, "store-unavailable")


@pytest.mark.parametrize("token", ["vaas_0123456789ab_" + "x" * 43, "garbage", "vaas__"])
def test_a_wrong_token_is_told_what_to_do(api: Any, token: str):
    response = api.request("GET", "/apps", token=token)
    assert (response.status_code, response.json()["code"]) == (401, "token-wrong")
    assert "vaas login" in response.json()["detail"]


def test_two_tokens_at_once_are_none(api: Any):
    headers = [("authorization", f"Bearer {api.admin}"), ("authorization", "Bearer x")]
    assert api.run(api.http.get("/api/v1/apps", headers=headers)).json()["code"] == "token-missing"


def test_a_missing_right_is_told_with_what_was_tried(shop: Any):
    response = shop.request("POST", "/apps/shop/rollback", {}, token=shop.token("viewer"))
    assert (response.status_code, response.json()["code"]) == (403, "right-missing")
    assert 'The token "a viewer" (viewer) may not change the traffic of shop.' in response.json()["detail"]


def test_a_problem_has_all_that_the_standard_asks_for_and_its_facts(api: Any):
    response = api.request("GET", "/apps/shop")
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Not Found", 404)
    assert (problem["code"], problem["app"]) == ("app-not-found", "shop")
    assert "vaas deploy" in problem["detail"]
