"""What is beyond the bounds is refused with the bound, before anything is kept."""

from __future__ import annotations

from typing import Any

import pytest

from vaas.platform.records import bounds


def refused(response: Any, status: int, *says: str) -> None:
    assert response.status_code == status, response.text
    for each in says:
        assert each in response.json()["detail"]


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (f"[permissions]\nmodules = {[f'm{n}' for n in range(5000)]}", "5000 entries; write at most 256 entries"),
        (f"[permissions]\nenv = {['A' * 2000]}", "an entry is longer than 1024 characters"),
        (f"exclude = {[f'm{n}' for n in range(257)]}", "257 entries; write at most 256 entries"),
        (f"[permissions]\nread = {['/' + 'a' * 1000 + str(n) for n in range(33)]}", "32768 characters are the most"),
        (f'version = "{"1" * 256}"', "256 characters; write at most 255 characters"),
        (f'entry = "app:{"a" * 256}"', "write at most 255 characters"),
    ],
)
def test_a_manifest_beyond_the_bounds_makes_no_release(api: Any, pack: Any, manifest: str, says: str):
    digest = api.upload(pack("shop", "1", manifest))
    refused(api.request("POST", "/apps/shop/releases", {"digest": digest, "grant": True}), 422, says)
    assert api.get("/apps") == []


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        ("PATCH", "/apps/shop/settings", {"changes": {"env.A": "x" * 70_000}, "revision": 1}, "larger than 64KB"),
        ("POST", "/apps/shop/grants", {"add": {"permissions": {"env": [f"A{n}" for n in range(257)]}}}, "256 entries"),
        ("POST", "/apps/shop/releases", {"digest": "0" * 64, "message": "x" * 1001}, "length <= 1000"),
        ("POST", "/tokens", {"name": "x" * 101, "role": "viewer"}, "length <= 100"),
        ("POST", "/tokens", {"name": "x", "role": "owner", "apps": ["a"] * 257}, "length <= 256"),
        ("PUT", "/apps/shop/traffic", {"mode": "latest", "sticky": "header:" + "x" * 250}, "length <= 255"),
        ("PUT", "/apps/shop/traffic", {"mode": "weights", "weights": {str(n): 1 for n in range(101)}}, "length <= 100"),
        ("PUT", f"/domains/{'x' * 300}.example", {"app": "shop"}, "longer than 255 characters"),
        ("PATCH", "/settings", {"changes": {"platform.grants.deny": ["net=*"] * 101}, "revision": 0}, "100 entries"),
    ],
)
def test_a_setting_beyond_the_bounds_is_refused(shop: Any, method: str, path: str, body: Any, says: str):
    before = shop.get("/apps/shop")
    response = shop.request(method, path, body)
    assert response.status_code == 422, response.text
    assert says in response.text
    assert shop.get("/apps/shop") == before


def test_json_beyond_the_bound_of_a_body_is_refused_unread(shop: Any):
    body = b'{"changes": {"a": [' + b"[]," * 100_000 + b'1]}, "revision": 1}'
    refused(shop.request("PATCH", "/apps/shop/settings", content=body), 413, "256KB")


def test_arguments_beyond_the_bound_of_a_call_are_refused(shop: Any):
    least = b'{"a": "%s"}' % (b"x" * (bounds.CALL.most - 9))
    assert shop.request("POST", "/apps/shop/call/add", content=least).status_code == 200
    refused(shop.request("POST", "/apps/shop/call/add", content=least + b" "), 413, "1MB at most")


@pytest.mark.parametrize("words", [["x"] * 1001, [""] * 5000])
def test_a_command_beyond_the_bounds_is_not_run(shop: Any, words: list[str]):
    params = {"command": str(words).replace("'", '"')}
    assert shop.request("POST", "/apps/shop/runs", params=params).status_code == 422
    assert shop.engine.programs == []


def test_of_a_large_change_a_bounded_part_is_kept_in_words(shop: Any):
    changes = {f"env.A{number}": "'" * 1000 for number in range(50)}
    changed = shop.send("PATCH", "/apps/shop/settings", {"changes": changes, "revision": 1})
    assert len(changed["change"]) <= bounds.CHANGE.most
    assert changed["change"].endswith("…")
    assert changed["env"] == {key.removeprefix("env."): value for key, value in changes.items()}


def test_of_what_was_not_kept_in_words_nothing_is_shown_to_viewers(shop: Any):
    changes = {f"env.A{number}": "se'cret \"" * 40 for number in range(50)}
    shop.send("PATCH", "/apps/shop/settings", {"changes": changes, "revision": 1})
    seen = shop.request("GET", "/apps/shop/settings/history", token=shop.token("viewer"))
    assert "env.A1=***" in seen.text
    assert "cret" not in seen.text


def test_of_the_revisions_of_settings_the_newest_are_kept(shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bounds, "HISTORY", bounds.HISTORY._replace(most=3))
    for revision in range(1, 6):
        shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.A": str(revision)}, "revision": revision})
        shop.try_out("shop", revision + 1)
    assert [each["revision"] for each in shop.get("/apps/shop/settings/history")] == [6, 5, 4]
    gone = shop.request("POST", "/apps/shop/settings/revert", {"to": 2, "revision": 6})
    assert (gone.status_code, gone.json()["code"]) == (404, "revision-not-found")
    back = shop.send("POST", "/apps/shop/settings/revert", {"to": 4, "revision": 6})
    assert back["env"] == {"A": "3"}
