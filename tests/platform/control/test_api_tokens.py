"""Tokens over the API: made, listed, revoked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest


def create(api: Any, **order: Any) -> Any:
    return api.request("POST", "/tokens", {"name": "ci", "role": "viewer", **order})


def test_a_new_token_opens_the_api_and_is_shown_once(api: Any):
    made = create(api, role="deployer", apps=["shop"])
    token = made.json()
    assert made.status_code == 201
    me = api.get("/whoami", token=token["token"])
    assert me == {"id": token["id"], "name": "ci", "role": "deployer", "apps": ["shop"]}
    listed = api.request("GET", "/tokens")
    assert [each["name"] for each in listed.json()] == ["ann", "ci"]
    assert token["token"].split("_", 2)[2] not in listed.text
    assert "digest" not in listed.text


def test_a_revoked_token_opens_nothing_from_that_moment_on(api: Any):
    token = create(api).json()
    assert api.request("DELETE", f"/tokens/{token['id']}").status_code == 204
    response = api.request("GET", "/apps", token=token["token"])
    assert (response.status_code, response.json()["code"]) == (401, "token-revoked")
    assert [each["name"] for each in api.get("/tokens")] == ["ann"]


def test_a_token_is_revoked_once(api: Any):
    token = create(api).json()
    api.request("DELETE", f"/tokens/{token['id']}")
    assert api.request("DELETE", f"/tokens/{token['id']}").json()["code"] == "token-not-found"


def test_the_last_admin_token_cannot_be_revoked(api: Any):
    create(api)
    me = api.get("/whoami")["id"]
    response = api.request("DELETE", f"/tokens/{me}")
    assert (response.status_code, response.json()["code"]) == (409, "last-admin")
    assert api.get("/whoami")["id"] == me


def test_an_admin_may_revoke_itself_while_there_is_another(api: Any):
    other = create(api, role="admin").json()
    assert api.request("DELETE", f"/tokens/{api.get('/whoami')['id']}").status_code == 204
    assert api.get("/whoami", token=other["token"])["role"] == "admin"


def test_two_admins_who_revoke_each_other_at_once_leave_one(api: Any):
    other = create(api, role="admin").json()
    me = api.get("/whoami")["id"]

    async def at_once() -> list[Any]:
        return await asyncio.gather(
            api.requesting("DELETE", f"/tokens/{other['id']}"),
            api.requesting("DELETE", f"/tokens/{me}", token=other["token"]),
        )

    responses = api.run(at_once())
    assert sorted(response.status_code for response in responses) == [204, 409]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"role": "deployer"}, "token-apps-missing"),
        ({"role": "admin", "apps": ["shop"]}, "token-apps-needless"),
        ({"role": "viewer", "apps": ["shop"]}, "token-apps-needless"),
    ],
)
def test_apps_are_named_for_deployers_alone(api: Any, order: Any, code: str):
    response = create(api, **order)
    assert (response.status_code, response.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    "order", [{"role": "king"}, {"name": ""}, {"name": "x" * 101}, {"role": "deployer", "apps": ["A b"]}]
)
def test_an_order_that_makes_no_sense_is_refused(api: Any, order: Any):
    assert create(api, **order).status_code == 422
