"""Deploying: what the API records, refuses, and lets one wait for."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from typing import Any

import pytest

NET = '[permissions]\nnet = ["a.example:443"]\n'


def test_a_bundle_is_stored_once(api: Any, pack: Any):
    bundle = pack()
    path = f"/bundles/{hashlib.sha256(bundle).hexdigest()}"
    assert api.get(path)["exists"] is False
    first, second = api.request("PUT", path, content=bundle), api.request("PUT", path, content=bundle)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() == {"digest": path.rpartition("/")[2], "size": len(bundle)}
    assert api.get(path)["exists"] is True


def test_a_bundle_may_come_in_chunks(api: Any, pack: Any):
    bundle = pack()

    async def chunks() -> Any:
        for start in range(0, len(bundle), 50):
            yield bundle[start : start + 50]

    response = api.request("PUT", f"/bundles/{hashlib.sha256(bundle).hexdigest()}", content=chunks())
    assert (response.status_code, response.json()["size"]) == (201, len(bundle))


def test_a_bundle_that_was_damaged_on_the_way_is_refused_and_not_kept(api: Any, pack: Any):
    path = f"/bundles/{'0' * 64}"
    response = api.request("PUT", path, content=pack())
    assert (response.status_code, response.json()["code"]) == (422, "digest-mismatch")
    assert api.get(path)["exists"] is False


def test_a_bundle_over_the_limit_is_refused_with_the_limit(api: Any):
    bundle = bytes(100_001)
    response = api.request("PUT", f"/bundles/{hashlib.sha256(bundle).hexdigest()}", content=bundle)
    assert (response.status_code, response.json()["code"], response.json()["limit"]) == (
        413,
        "bundle-too-large",
        100_000,
    )


@pytest.mark.parametrize("digest", ["abc", "A" * 64, "0" * 63, "..", "0" * 64 + "\n"])
def test_what_is_no_digest_is_refused(api: Any, digest: str):
    response = api.request("PUT", f"/bundles/{digest}".replace("..", "%2E%2E").replace("\n", "%0A"), content=b"x")
    assert (response.status_code, response.json()["code"]) == (422, "digest-invalid")


def test_the_first_deploy_makes_the_app(api: Any):
    answer = api.deploy(message="first")
    release = answer["release"]
    assert answer["created"] is True
    assert (release["app"], release["number"], release["message"], release["created_by"]) == ("shop", 1, "first", "ann")
    assert (release["outcome"], release["share"]) == (None, 0)
    assert api.get("/apps/shop")["state"] == "starting"


def test_a_release_takes_the_traffic_once_it_has_started(shop: Any):
    release = shop.get("/apps/shop/releases/1")
    assert (release["outcome"]["state"], release["share"]) == ("ready", 1.0)
    app = shop.get("/apps/shop")
    assert (app["state"], app["url"], app["release"]["number"]) == ("ready", "http://gateway/shop/", 1)


def test_a_redeploy_of_the_same_bundle_says_that_it_is_one(shop: Any, pack: Any):
    digest = shop.upload(pack())
    response = shop.request("POST", "/apps/shop/releases", {"digest": digest})
    assert response.status_code == 200
    assert (response.json()["created"], response.json()["release"]["number"]) == (False, 1)
    assert len(shop.get("/apps/shop/releases")) == 1


def test_a_release_that_fails_leaves_the_traffic_where_it_was(shop: Any):
    shop.deploy(code="2")
    shop.prove("shop", 2, state="failed", error="SyntaxError", where="app.py:1", traceback="Traceback …")
    newest, first = shop.get("/apps/shop/releases")
    assert (newest["number"], newest["share"], newest["outcome"]["where"]) == (2, 0, "app.py:1")
    assert first["share"] == 1.0
    assert shop.get("/apps/shop")["state"] == "ready"


def test_waiting_for_an_outcome_ends_when_it_is_known(shop: Any):
    shop.deploy(code="2")

    async def both() -> Any:
        async with asyncio.timeout(10):
            asking = shop.requesting("GET", "/apps/shop/releases/2?wait=50")
            return (await asyncio.gather(asking, shop.proving("shop", 2)))[0]

    assert shop.run(both()).json()["outcome"]["state"] == "ready"


def test_waiting_for_an_outcome_ends_when_the_time_is_up(shop: Any):
    shop.deploy(code="2")
    assert shop.get("/apps/shop/releases/2?wait=0.001")["outcome"] is None


def test_who_waits_for_a_candidate_is_told_when_another_replaces_it(shop: Any):
    shop.deploy(code="2")
    shop.deploy(code="3")
    assert "Replaced by v3" in shop.get("/apps/shop/releases/2?wait=50")["outcome"]["error"]


@pytest.mark.parametrize("wait", ["-1", "nan", "inf", "x"])
def test_a_wait_that_is_no_time_is_refused(shop: Any, wait: str):
    response = shop.request("GET", f"/apps/shop/releases/1?wait={wait}")
    assert response.status_code == 422
    assert "wait" in response.text


def test_what_is_not_granted_is_named_and_takes_no_traffic(shop: Any):
    shop.deploy(code="2", manifest=NET)
    release = shop.get("/apps/shop/releases/2?wait=50")
    assert release["outcome"]["state"] == "waiting"
    assert release["outcome"]["missing"]["permissions"] == {"net": ["a.example:443"]}
    assert shop.get("/apps/shop/traffic")["latest"] == 1


def test_a_deploy_can_grant_what_it_asks_for(api: Any):
    api.deploy(manifest=NET, grant=True)
    api.prove("shop", 1)
    assert api.get("/apps/shop/settings")["grants"]["permissions"] == {"net": ["a.example:443"]}
    assert api.get("/apps/shop")["state"] == "ready"


def test_granting_later_starts_the_release_that_waits(api: Any):
    api.deploy(manifest=NET)
    api.send("POST", "/apps/shop/grants", {"release": 1})
    assert api.get("/apps/shop/releases/1")["outcome"] is None
    assert api.get("/apps/shop/traffic")["candidate"] == 1


def test_a_bundle_that_was_not_uploaded_is_not_found(api: Any):
    response = api.request("POST", "/apps/shop/releases", {"digest": "0" * 64})
    assert (response.status_code, response.json()["code"]) == (404, "bundle-not-found")
    assert api.get("/apps") == []


def test_a_bundle_of_another_app_is_refused(api: Any, pack: Any):
    response = api.request("POST", "/apps/till/releases", {"digest": api.upload(pack("shop"))})
    assert (response.status_code, response.json()["code"]) == (422, "name-differs")
    assert api.get("/apps") == []


def test_a_manifest_that_is_wrong_is_refused_with_its_line(api: Any, pack: Any):
    digest = api.upload(pack(manifest="[limits]\ntimout = '5s'\n"))
    response = api.request("POST", "/apps/shop/releases", {"digest": digest})
    assert response.status_code == 422
    problem = response.json()
    assert problem["code"] == "manifest-invalid"
    assert "vaas.toml:3" in problem["detail"]
    assert "timeout" in problem["detail"]


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil.py"])
def test_a_bundle_that_reaches_outside_is_refused(api: Any, pack: Any, name: str):
    digest = api.upload(pack(files={name: "x"}))
    response = api.request("POST", "/apps/shop/releases", {"digest": digest})
    assert (response.status_code, response.json()["code"]) == (422, "bundle-refused")


def test_a_zip_bomb_is_refused(api: Any):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vaas.toml", 'name = "shop"')
        archive.writestr("bomb", bytes(50_000_000))
    response = api.request("POST", "/apps/shop/releases", {"digest": api.upload(out.getvalue())})
    assert (response.status_code, response.json()["code"]) == (422, "bundle-refused")


def test_what_is_no_zip_is_refused(api: Any):
    response = api.request("POST", "/apps/shop/releases", {"digest": api.upload(b"hello")})
    assert (response.status_code, response.json()["code"]) == (422, "bundle-refused")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"digest": 5},
        {"digest": "x"},
        {"digest": "0" * 64, "traffic": "yes"},
        {"digest": "0" * 64, "grnt": True},
        [],
    ],
)
def test_an_order_that_is_no_order_is_refused(api: Any, body: Any):
    assert api.request("POST", "/apps/shop/releases", body).status_code == 422


def test_an_unknown_app_is_told_with_the_nearest_one(shop: Any):
    response = shop.request("GET", "/apps/shob/releases")
    assert (response.status_code, response.json()["code"]) == (404, "app-not-found")
    assert "did you mean shop?" in response.json()["detail"]


def test_an_unknown_release_is_not_found(shop: Any):
    response = shop.request("GET", "/apps/shop/releases/9")
    assert (response.status_code, response.json()["code"]) == (404, "release-not-found")


def test_two_deploys_at_once_are_two_releases(api: Any, pack: Any):
    digests = [api.upload(pack(code=str(n))) for n in range(5)]

    async def all_at_once() -> list[Any]:
        orders = [api.requesting("POST", "/apps/shop/releases", {"digest": digest}) for digest in digests]
        return await asyncio.gather(*orders)

    numbers = sorted(response.json()["release"]["number"] for response in api.run(all_at_once()))
    assert numbers == [1, 2, 3, 4, 5]
    assert [release["number"] for release in api.get("/apps/shop/releases")] == [5, 4, 3, 2, 1]
    assert api.get("/apps/shop/traffic")["candidate"] == 5


def test_an_app_that_is_purged_leaves_nothing_behind(shop: Any):
    shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.MODE": "dark"}, "revision": 1})
    shop.deploy("till")
    assert shop.request("DELETE", "/apps/shop?purge=true").status_code == 204
    keys = [entry.key for entry in shop.run(shop.store.scan("/")).entries]
    assert not [key for key in keys if "shop" in key]
    assert shop.request("GET", "/apps/shop").status_code == 404
    assert [app["name"] for app in shop.get("/apps")] == ["till"]


def test_removing_what_is_not_there_is_not_found(api: Any):
    assert api.request("DELETE", "/apps/shop").json()["code"] == "app-not-found"
