"""Names that no app can have get in by no way, and what lies broken in the store stops nothing and can be removed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vaas.platform.auth.tokens import ensure_admin
from vaas.platform.records import keys
from vaas.platform.records.broken import find_broken
from vaas.platform.store.interface import Put

NAMES = [
    "UPPER",
    "..",
    ".",
    "shop\n",
    "\n",
    "shop\r\n",
    "a/b",
    "9",
    "a" * 64,
    "shöp",
    "a b",
    "vaas.apps",
    "shop\0",
    "../shop",
]


def quote(text: str) -> str:
    """Each byte of it, so that no client takes ``..`` for the folder above."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


AS_A_PART = {
    "releases": ("POST", "/apps/{x}/releases", {"digest": "DIGEST"}),
    "settings": ("PATCH", "/apps/{x}/settings", {"changes": {"env.A": "1"}, "revision": 0}),
    "grants": ("POST", "/apps/{x}/grants", {"add": {"code": "trusted"}}),
    "traffic": ("PUT", "/apps/{x}/traffic", {"mode": "latest"}),
    "rollback": ("POST", "/apps/{x}/rollback", {}),
    "revert": ("POST", "/apps/{x}/settings/revert", {"to": 1, "revision": 0}),
    "run": ("POST", "/apps/{x}/runs?command=%5B%22a%22%5D", None),
    "restore": ("POST", "/apps/{x}/restore", None),
    "show": ("GET", "/apps/{x}", None),
    "logs": ("GET", "/apps/{x}/logs", None),
    "call": ("POST", "/apps/{x}/call/add", {}),
    "revision": ("GET", "/apps/{x}/settings/revisions/1", None),
}
AS_A_VALUE = {
    "domain": ("PUT", "/domains/a.example", lambda name: {"app": name}),
    "token": ("POST", "/tokens", lambda name: {"name": "x", "role": "owner", "apps": [name]}),
}


def stored(api: Any) -> dict[str, bytes]:
    return {entry.key: entry.value for entry in api.run(api.store.scan(keys.EVERYTHING)).entries}


def lay(api: Any, key: str, value: bytes = b"{}") -> None:
    api.run(api.store.commit([Put(key, value)]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", AS_A_PART)
def test_a_name_that_no_app_can_have_gets_in_by_no_path(shop: Any, pack: Any, way: str, name: str):
    method, path, body = AS_A_PART[way]
    digest = shop.upload(pack("shop", "1").replace(b'name = "shop"', b"# no names!  "))
    body = {**body, **({"digest": digest} if "digest" in body else {})} if body is not None else None
    before = stored(shop)
    response = shop.request(method, path.format(x=quote(name)), body)
    assert 400 <= response.status_code < 500, response.text
    assert stored(shop) == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", AS_A_VALUE)
def test_a_name_that_no_app_can_have_gets_in_by_no_body(shop: Any, way: str, name: str):
    method, path, body = AS_A_VALUE[way]
    before = stored(shop)
    assert shop.request(method, path, body(name)).status_code == 422
    assert stored(shop) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_app_can_have_gets_in_by_no_manifest(shop: Any, pack: Any, name: str):
    digest = shop.upload(pack(name.replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\u0000")))
    for app in (name, "shop"):
        response = shop.request("POST", f"/apps/{quote(app)}/releases", {"digest": digest})
        assert 400 <= response.status_code < 500, response.text
    assert find(shop) == {}


@pytest.mark.parametrize(
    "domain", ["a.example\n", "a.example/..", "a\0b.example", "a" * 64 + ".example", "..", "ä\n.example"]
)
def test_a_domain_that_is_none_gets_in_by_no_path(shop: Any, domain: str):
    before = stored(shop)
    shop.request("PUT", f"/domains/{quote(domain)}", {"app": "shop"})
    assert all(key == keys.domain("a.example") for key in stored(shop).keys() - before.keys())
    assert find(shop) == {}


@pytest.mark.parametrize("name", ["A=B", "A\n", "", "1A", "A-B", "Ä", "A\0", "A" * 300])
def test_a_variable_that_is_none_gets_into_no_settings(shop: Any, name: str):
    response = shop.request("PATCH", "/apps/shop/settings", {"changes": {f"env.{name}": "1"}, "revision": 1})
    assert (response.status_code, response.json()["code"]) == (422, "setting-invalid")


@pytest.mark.parametrize("digest", ["0" * 64 + "\n", "..", "A" * 64, "0" * 63])
def test_a_digest_that_is_none_is_refused(shop: Any, digest: str):
    assert shop.request("POST", "/apps/shop/releases", {"digest": digest}).status_code == 422
    assert shop.request("GET", f"/bundles/{quote(digest)}").status_code in (404, 422)


def find(api: Any) -> dict[str, str]:
    found: dict[str, str] = api.run(find_broken(api.store))
    return found


BROKEN = [
    "/vaas/apps/UPPER",
    "/vaas/apps/..",
    "/vaas/apps/shop\n",
    "/vaas/apps/till",
    "/vaas/releases/UPPER/00000001",
    "/vaas/releases/shop/00000007",
    "/vaas/outcomes/shop/00000007",
    "/vaas/traffic/UPPER",
    "/vaas/settings/UPPER",
    "/vaas/history/shop/00000009",
    "/vaas/trials/..",
    "/vaas/runs/shop/00000004",
    "/vaas/removed/shop/00000000000000000001",
    "/vaas/domains/UPPER.example",
    "/vaas/nodes/n9",
    "/vaas/tokens/t9",
    "/vaas/platform/history/00000003",
    "/vaas/platform/settings",
    "/vaas/settings/shop",
    "/vaas/traffic/shop",
    "/vaas/trials/shop",
]
GARBAGE = [b"{}", b'{"app":"\xff"}', b"\xff", b'{"app":"shop","created_at":"2026-01-01T00:00:00"}']
LISTS = ["/apps", "/status", "/nodes", "/grants", "/domains", "/tokens", "/removed", "/settings/history", "/broken"]
LISTS += ["/apps/shop", "/apps/shop/releases", "/apps/shop/settings/history", "/apps/shop/runs", "/apps/shop/traffic"]


@pytest.mark.parametrize("value", GARBAGE)
@pytest.mark.parametrize("key", BROKEN)
def test_a_broken_document_stops_no_list_and_no_app(shop: Any, key: str, value: bytes):
    shop.deploy("blog")
    lay(shop, key, value)
    for path in LISTS:
        alone = {"/vaas/platform/settings": "/settings", "/vaas/traffic/shop": "/apps/shop/traffic"}.get(key)
        assert shop.request("GET", path).status_code in ({200, 503} if path == alone else {200}), path
    assert shop.run(shop.http.get("/metrics", headers={"Authorization": f"Bearer {shop.admin}"})).status_code == 200
    shop.send("PATCH", "/apps/blog/settings", {"changes": {"env.A": "1"}, "revision": 1})
    shop.deploy("blog", code="2")
    assert shop.request("POST", "/apps/shop/runs?command=%5B%22true%22%5D").status_code == 200
    shop.send("DELETE", "/apps/blog")


@pytest.mark.parametrize("key", BROKEN)
def test_status_names_a_broken_document_and_it_is_removed_by_its_key(shop: Any, key: str):
    before = {path: value for path, value in stored(shop).items() if path != key}
    lay(shop, key, b"garbage")
    [named] = shop.get("/status")["broken"]
    assert (named["key"], bool(named["reason"])) == (key, True)
    assert shop.request("DELETE", "/broken", params={"key": key}).status_code == 204
    assert stored(shop) == before
    assert shop.get("/status")["broken"] == []


def test_a_list_names_what_it_has_passed_over(shop: Any):
    lay(shop, "/vaas/domains/UPPER.example\n")
    response = shop.request("GET", "/domains")
    assert response.headers["x-vaas-broken"] == "/vaas/domains/UPPER.example%0A"
    assert "x-vaas-broken" not in shop.request("GET", "/nodes").headers


def test_the_list_of_apps_has_a_broken_one_beside_the_others(shop: Any):
    lay(shop, "/vaas/apps/UPPER")
    lay(shop, "/vaas/outcomes/shop/00000001")
    found = {app["name"]: (app["state"], list(app["broken"])) for app in shop.get("/apps")}
    assert found == {
        "UPPER": ("broken", ["/vaas/apps/UPPER"]),
        "shop": ("broken", ["/vaas/outcomes/shop/00000001"]),
    }
    assert [app["name"] for app in shop.get("/status")["apps"]] == ["shop"]


@pytest.mark.parametrize("name", ["UPPER", "..", "shop\n", "till"])
def test_all_that_lies_under_a_name_is_removed_by_it_whether_it_can_be_read_or_not(shop: Any, name: str):
    before = stored(shop)
    for key in (
        f"/vaas/apps/{name}",
        f"/vaas/releases/{name}/00000001",
        f"/vaas/traffic/{name}",
        f"/vaas/trials/{name}",
    ):
        lay(shop, key)
    assert shop.request("DELETE", f"/apps/{quote(name)}").status_code == 204
    assert stored(shop) == before


def test_an_app_with_a_broken_document_is_removed_and_comes_back_without_it(shop: Any):
    before = stored(shop)
    lay(shop, "/vaas/releases/shop/00000007")
    shop.send("DELETE", "/apps/shop")
    shop.send("POST", "/apps/shop/restore")
    assert stored(shop) == before


def test_while_a_release_cannot_be_read_nothing_is_changed_for_its_app(shop: Any):
    lay(shop, "/vaas/releases/shop/00000007")
    response = shop.request("PUT", "/apps/shop/traffic", {"mode": "lock", "lock": 1})
    assert response.json()["code"] == "document-broken"
    assert "vaas rm /vaas/releases/shop/00000007" in response.json()["detail"]


def test_a_document_that_can_be_read_is_not_removed_by_its_key(shop: Any):
    response = shop.request("DELETE", "/broken", params={"key": keys.app("shop")})
    assert (response.status_code, response.json()["code"]) == (409, "document-readable")
    assert shop.request("DELETE", "/broken", params={"key": "/vaas/apps/none"}).status_code == 404
    assert shop.request("DELETE", "/broken").status_code == 404


def test_of_two_who_remove_a_document_at_once_neither_takes_what_was_put_there_meanwhile(shop: Any):
    lay(shop, "/vaas/apps/till")

    async def main() -> list[int]:
        both = [shop.requesting("DELETE", "/broken?key=/vaas/apps/till") for _ in range(2)]
        return sorted(response.status_code for response in await asyncio.gather(*both))

    assert shop.run(main()) in ([204, 404], [204, 409])


def test_a_token_whose_document_cannot_be_read_opens_nothing_and_is_no_error_of_the_store(shop: Any):
    token = shop.token("viewer")
    id = shop.get("/whoami", token=token)["id"]
    lay(shop, keys.token(id), b'{"id":"\xff"}')
    response = shop.request("GET", "/apps", token=token)
    assert (response.status_code, response.json()["code"]) == (401, "token-wrong")
    assert shop.run(ensure_admin(shop.store, token, "bob"))[1] is True


def test_what_cannot_be_read_of_an_app_is_told_where_it_is_looked_at(shop: Any):
    lay(shop, "/vaas/settings/shop")
    found = shop.get("/apps/shop")
    assert (found["state"], list(found["broken"])) == ("broken", ["/vaas/settings/shop"])
    assert shop.request("GET", "/apps/shop/releases").headers["x-vaas-broken"] == "/vaas/settings/shop"
    refused = shop.request("GET", "/apps/shop/settings")
    assert (refused.status_code, refused.json()["code"]) == (503, "document-broken")


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[2J", "\x00", "a\u2028b", "a\x9b", " ", "\u202eb"])
def test_a_token_is_not_named_by_what_is_no_plain_text(shop: Any, name: str):
    before = stored(shop)
    assert shop.request("POST", "/tokens", {"name": name, "role": "viewer"}).status_code == 422
    assert stored(shop) == before


@pytest.mark.parametrize("name", ["ci", "Ann Müller", "部署", "deploy-bot (staging)", "O'Brien"])
def test_a_token_is_named_as_people_write(shop: Any, name: str):
    shop.send("POST", "/tokens", {"name": name, "role": "viewer"})
    assert name in [each["name"] for each in shop.get("/tokens")]


HAND_MADE = {
    "/vaas/traffic/shop": [
        b'{"app":"shop","mode":"weights","weights":{"1":1,"2":-1}}',
        b'{"app":"shop","mode":"weights","weights":{"1":1e308,"2":1e308}}',
        b'{"app":"shop","mode":"weights","weights":{"1":0}}',
        b'{"app":"shop","mode":"lock","lock":77}',
        b'{"app":"shop","latest":-3,"candidate":99}',
    ],
    "/vaas/settings/shop": [
        b'{"app":"shop","revision":1,"author":"a","at":"2026-01-01T00:00:00Z",'
        b'"limits":{"workers":-5,"no":1,"memory":1e300}}'
    ],
    "/vaas/apps/shop": [
        b'{"name":"shop","created_at":"0001-01-01T00:00:00+23:59","created_by":"a","releases":99999999}'
    ],
    "/vaas/platform/settings": [b'{"revision":1,"grants_deny":["\\u0000","net=["]}'],
    "/vaas/nodes/n1": [
        b'{"id":"n1","gateway":"g","console":"c","started_at":"2026-01-01T00:00:00Z","version":"x",'
        b'"apps":{"../x":{"-1":{"state":"ready"}}}}'
    ],
    "/vaas/tokens/t9": [
        b'{"id":"t9","digest":"","name":"","role":"owner","created_at":"9999-12-31T23:59:59-23:59","created_by":""}'
    ],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in HAND_MADE.items() for value in values])
def test_what_a_hand_has_written_that_makes_no_sense_is_no_error_of_the_api(shop: Any, key: str, value: bytes):
    shop.deploy("blog")
    lay(shop, key, value)
    for path in LISTS:
        told = {503} if path == "/apps/shop/traffic" else set()
        assert shop.request("GET", path).status_code in {200, *told}, path
    assert shop.request("PATCH", "/apps/blog/settings", {"changes": {"env.A": "1"}, "revision": 1}).status_code == 200
    assert shop.request("DELETE", "/apps/shop").status_code == 204
