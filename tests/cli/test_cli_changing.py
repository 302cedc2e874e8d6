"""The verbs that change something: what they send, what they say, and what they refuse before sending anything."""

from __future__ import annotations

import json

import pytest
from vaas_cli.client import Client

from tests.cli.fake_platform import detail, policy, release, settings, traffic
from vaas.platform.auth import kept_tokens

# --- traffic, rollback


def test_traffic_is_sent_as_the_api_takes_it_and_shown_as_it_is_then(vaas, api):
    weights = {"3": 90.0, "4": 10.0}
    api.on("PUT", "/apps/shop/traffic", traffic(mode="weights", weights=weights, sticky="header:X-User"))
    api.on("GET", "/apps/shop/releases", [release(4, share=0.1), release(3, share=0.9)])
    result = vaas("traffic", "shop", "v3=90", "v4=10", "--sticky", "header:X-User")
    assert api.seen[0].json == {"mode": "weights", "weights": weights, "sticky": "header:X-User"}
    assert result.stdout.startswith("shop: v3=90 v4=10\n")


@pytest.mark.parametrize(
    "words", [("newest",), ("lock",), ("lock", "x"), ("v1=x",), ("v1=-1",), ("latest", "v1=2"), ("--sticky", "cookie")]
)
def test_traffic_that_makes_no_sense_is_a_usage_error_and_sends_nothing(vaas, api, words):
    assert vaas("traffic", "shop", *words).exit_code == 2
    assert api.seen == []


def test_weights_that_the_platform_refuses_are_said_and_change_nothing(vaas, api):
    api.refuse("PUT", "/apps/shop/traffic", 422, "The weights of shop sum to zero.")
    result = vaas("traffic", "shop", "v1=0")
    assert (result.exit_code, result.stderr) == (1, "error: The weights of shop sum to zero.\n")


@pytest.mark.parametrize(("words", "wanted"), [((), None), (("v3",), 3), (("3",), 3)])
def test_a_rollback_asks_for_that_release_or_for_the_one_before(vaas, api, words, wanted):
    api.on("POST", "/apps/shop/rollback", traffic(mode="lock", lock=3))
    api.on("GET", "/apps/shop/releases", [release(3)])
    result = vaas("rollback", "shop", *words)
    assert api.seen[0].json == {"release": wanted}
    assert result.stdout == "shop: lock v3\n"
    assert "vaas traffic shop latest" in result.stderr


def test_a_rollback_to_nonsense_is_a_usage_error(vaas, api):
    assert vaas("rollback", "shop", "yesterday").exit_code == 2
    assert api.seen == []


# --- settings


def test_settings_are_changed_at_the_revision_that_was_read(vaas, api):
    api.on("GET", "/apps/shop/settings", settings(revision=3))
    api.on("PATCH", "/apps/shop/settings", settings(revision=4, env={"MODE": "dark=er"}, limits={"timeout": 5.0}))
    result = vaas("settings", "shop", "set", "env.MODE=dark=er", "limits.timeout=5s")
    changes = {"env.MODE": "dark=er", "limits.timeout": "5s"}
    assert api.requests("PATCH")[0].json == {"changes": changes, "revision": 3}
    assert result.stdout.splitlines()[0] == "env.MODE        dark=er"
    assert "4, " in result.stdout


def test_a_change_can_be_bound_to_a_revision_seen_before(vaas, api):
    api.refuse("PATCH", "/apps/shop/settings", 409, "The settings of shop are at revision 5 by now, you had read 2.")
    result = vaas("settings", "shop", "set", "env.MODE=dark", "--revision", "2")
    assert api.requests("PATCH")[0].json["revision"] == 2
    assert (result.exit_code, "at revision 5" in result.stderr) == (1, True)


def test_an_empty_value_is_a_value(vaas, api):
    api.on("GET", "/apps/shop/settings", settings())
    api.on("PATCH", "/apps/shop/settings", settings())
    vaas("settings", "shop", "set", "env.MODE=")
    assert api.requests("PATCH")[0].json["changes"] == {"env.MODE": ""}


def test_unset_sends_null(vaas, api):
    api.on("GET", "/apps/shop/settings", settings())
    api.on("PATCH", "/apps/shop/settings", settings())
    vaas("settings", "shop", "unset", "env.MODE", "env.OLD")
    assert api.requests("PATCH")[0].json["changes"] == {"env.MODE": None, "env.OLD": None}


def test_a_revert_names_the_revision_to_go_back_to_and_the_one_that_was_read(vaas, api):
    api.on("GET", "/apps/shop/settings", settings(revision=7))
    api.on("POST", "/apps/shop/settings/revert", settings(revision=8))
    assert vaas("settings", "shop", "revert", "2").exit_code == 0
    assert api.requests("POST")[0].json == {"to": 2, "revision": 7}


def test_the_history_says_who_changed_what(vaas, api):
    api.on("GET", "/apps/shop/settings/history", [settings(revision=2, change="env.MODE=dark"), settings(revision=1)])
    lines = vaas("settings", "shop", "history").stdout.splitlines()
    assert lines[1].split()[0] == "2"
    assert lines[1].endswith("ada  env.MODE=dark")


@pytest.mark.parametrize(
    "words",
    [("set",), ("set", "env.MODE"), ("set", "=x"), ("unset",), ("revert",), ("revert", "x"), ("revert", "1", "2"),
     ("revert", "²"), ("revert", "9" * 5000),
     ("show", "x"), ("history", "x"), ("change", "x")],
)  # fmt: skip
def test_settings_used_wrongly_are_a_usage_error_and_send_nothing(vaas, api, words):
    assert vaas("settings", "shop", *words).exit_code == 2
    assert api.seen == []


def test_settings_of_an_app_that_is_not_deployed_yet_are_kept_for_its_first_deploy(vaas, api):
    api.refuse("GET", "/apps/shop/settings", 404, "There is no app shop here.")
    api.refuse("GET", "/apps/shop/releases", 404, "There is no app shop here.")
    api.on("PATCH", "/apps/shop/settings", settings(revision=1))
    result = vaas("settings", "shop", "set", "env.MODE=dark")
    assert api.requests("PATCH")[0].json == {"changes": {"env.MODE": "dark"}, "revision": 0}
    assert "shop is not deployed yet" in result.stderr


# --- grants


def test_grants_are_sent_by_kind(vaas, api):
    api.on("GET", "/apps/shop/releases", [])
    api.on("POST", "/apps/shop/grants", settings(grants=policy("trusted", net=["a:1", "b:2"], modules=["httpx"])))
    words = ["net=a:1,b:2", "modules=httpx", "net=c:3", "code=trusted", "subprocess=true"]
    result = vaas("grant", "shop", *words, "--remove", "env=KEY", "--remove", "rpc=billing.*")
    permissions = {"subprocess": True, "net": ["a:1", "b:2", "c:3"], "modules": ["httpx"]}
    assert api.requests("POST")[0].json == {
        "add": {"code": "trusted", "permissions": permissions},
        "remove": {"permissions": {"env": ["KEY"], "rpc": ["billing.*"]}},
        "release": None,
    }
    assert result.stdout == "shop is granted: code=trusted net=a:1 net=b:2 modules=httpx\n"


def test_all_that_a_release_asks_for_can_be_granted_and_it_is_said_when_it_answers(vaas, api):
    api.on("GET", "/apps/shop/releases", [release(4, "waiting")], [release(4, None)])
    api.on("POST", "/apps/shop/grants", settings())
    api.on("GET", "/apps/shop/releases/4", release(4, None), release(4, "ready"))
    result = vaas("grant", "shop", "--release", "v4")
    assert api.requests("POST")[0].json == {"add": {}, "remove": {}, "release": 4}
    assert "v4 is ready." in result.stderr


def test_a_release_that_fails_once_it_is_granted_is_shown_and_is_an_error(vaas, api):
    api.on("GET", "/apps/shop/releases", [release(4, "waiting")], [release(4, None)])
    api.on("POST", "/apps/shop/grants", settings())
    api.on("GET", "/apps/shop/releases/4", release(4, "failed", told={"error": "boom", "where": "app.py:3"}))
    result = vaas("grant", "shop", "net=*")
    assert (result.exit_code, "app.py:3: boom" in result.stderr) == (1, True)


def test_a_grant_that_is_not_enough_does_not_wait_for_anything(vaas, api):
    api.on("GET", "/apps/shop/releases", [release(4, "waiting")])
    api.on("POST", "/apps/shop/grants", settings())
    assert vaas("grant", "shop", "net=a:1").exit_code == 0
    assert api.requests("GET", "/releases/4") == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "Say what to grant"),
        (("network=a:1",), "nothing to grant"),
        (("modles=x",), "did you mean `modules`?"),
        (("net",), "give a pattern"),
        (("net=",), "give a pattern"),
        (("code=restricted",), "code=trusted"),
        (("subprocess=maybe",), "subprocess=true"),
        (("--release", "x"), "not a release"),
    ],
)
def test_a_grant_that_makes_no_sense_is_a_usage_error_and_sends_nothing(vaas, api, words, why):
    result = vaas("grant", "shop", *words)
    assert (result.exit_code, why in result.stderr) == (2, True)
    assert api.seen == []


# --- domains, tokens, rm, call


def test_a_domain_is_led_to_an_app(vaas, api):
    api.on("PUT", "/domains/shop.example.com", {"domain": "shop.example.com", "app": "shop"})
    assert vaas("domains", "add", "shop.example.com", "shop").stdout == "shop.example.com leads to shop.\n"
    assert api.seen[0].json == {"app": "shop"}


@pytest.mark.parametrize(
    ("words", "path", "method"),
    [
        (("domains", "add", "é.example.com", "shop"), "/domains/*", "PUT"),
        (("tokens", "create", "ci"), "/tokens", "POST"),
    ],
)
def test_json_is_just_what_the_api_answered_to_a_change(vaas, api, words, path, method):
    value = {"domain": "xn--9ca.example.com", "token": "vaas_cc_x"}
    api.on(method, path, value)
    result = vaas(*words, "--json")
    assert (result.exit_code, result.stderr, json.loads(result.stdout)) == (0, "", value)


def test_a_domain_that_leads_to_another_app_is_refused(vaas, api):
    api.refuse("PUT", "/domains/x.example.com", 409, "x.example.com leads to billing already.")
    result = vaas("domains", "add", "x.example.com", "shop")
    assert (result.exit_code, result.stderr) == (1, "error: x.example.com leads to billing already.\n")


def test_a_domain_is_taken_away(vaas, api):
    api.on("DELETE", "/domains/shop.example.com", None, status=204)
    assert "leads nowhere any more" in vaas("domains", "rm", "shop.example.com").stdout


@pytest.mark.parametrize(
    "words", [("add", "a.example.com"), ("add",), ("rm",), ("rm", "a", "b"), ("list", "a"), ("mv",), ("rm", "http://a")]
)
def test_domains_used_wrongly_are_a_usage_error(vaas, api, words):
    assert vaas("domains", *words).exit_code == 2
    assert api.seen == []


TOKEN = {"id": "cc", "name": "ci", "role": "deployer", "apps": ["shop"], "created_by": "ada", "token": "vaas_cc_x",
         "created_at": "2026-11-21T10:00:00Z"}  # fmt: skip


def test_a_new_token_alone_is_on_standard_output(vaas, api):
    api.on("POST", "/tokens", TOKEN, status=201)
    result = vaas("tokens", "create", "ci", "--app", "shop")
    assert result.stdout == "vaas_cc_x\n"
    assert "deployer of shop" in result.stderr
    assert api.seen[0].json == {"name": "ci", "role": "deployer", "apps": ["shop"]}


def test_a_token_is_a_viewers_unless_more_is_said(vaas, api):
    api.on("POST", "/tokens", TOKEN)
    vaas("tokens", "create", "board")
    vaas("tokens", "create", "boss", "--role", "admin")
    assert [seen.json["role"] for seen in api.seen] == ["viewer", "admin"]


def test_tokens_are_listed_without_their_secret(vaas, api):
    api.on("GET", "/tokens", [{**TOKEN, "token": None}])
    line = vaas("tokens").stdout.splitlines()[1]
    assert line.split()[:5] == ["cc", "ci", "deployer", "of", "shop"]


def test_a_token_is_revoked(vaas, api):
    api.on("DELETE", "/tokens/cc", None, status=204)
    assert vaas("tokens", "rm", "cc").stdout == "cc opens nothing any more.\n"


@pytest.mark.parametrize(
    "words", [("create",), ("rm",), ("list", "x"), ("rm", "a", "--role", "admin"), ("create", "x", "--role", "king")]
)
def test_tokens_used_wrongly_are_a_usage_error(vaas, api, words):
    assert vaas("tokens", *words).exit_code == 2
    assert api.seen == []


def test_nothing_is_removed_unasked_in_a_pipe(vaas, api):
    api.on("GET", "/apps/shop", detail())
    result = vaas("rm", "shop")
    assert (result.exit_code, "--yes" in result.stderr) == (2, True)
    assert api.requests("DELETE") == []


def test_an_app_is_removed_without_asking_when_that_is_said(vaas, api):
    api.on("DELETE", "/apps/shop", None, status=204)
    assert vaas("rm", "shop", "--yes").stdout == "shop is removed: for 7 days `vaas rm shop --undo` brings it back.\n"


@pytest.mark.parametrize(("answer", "code", "deleted"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0), ("", 130, 0)])
def test_on_a_terminal_an_app_is_removed_only_after_a_yes(vaas, api, monkeypatch, answer, code, deleted):
    monkeypatch.setattr("vaas_cli.commands.rm.is_attended", lambda: True)
    api.on("GET", "/apps/shop", detail(releases=3, domains=["a.example.com"]))
    api.on("DELETE", "/apps/shop", None, status=204)
    result = vaas("rm", "shop", stdin=answer)
    what = "its 3 releases, its settings, its domains a.example.com and all that it has stored in /data"
    assert f"Remove shop with {what} (kept for 7 days)?" in result.stderr
    assert (result.exit_code, len(api.requests("DELETE"))) == (code, deleted)


REMOVED = {"app": "shop", "releases": 3, "removed_at": "2026-11-21T10:00:00Z", "removed_by": "ada"}


def test_what_is_purged_is_gone_for_good_also_if_it_was_removed_before(vaas, api, monkeypatch):
    monkeypatch.setattr("vaas_cli.commands.rm.is_attended", lambda: True)
    api.on("GET", "/removed", [REMOVED])
    api.on("GET", "/apps", [])
    api.on("DELETE", "/apps/shop", None, status=204)
    result = vaas("rm", "shop", "--purge", stdin="y\n")
    assert "stored in /data for good?" in result.stderr
    assert result.stdout == "shop is removed for good.\n"
    assert api.requests("DELETE")[0].query == {"purge": "true"}


def test_what_was_removed_is_brought_back_and_what_is_kept_is_listed(vaas, api):
    api.on("POST", "/apps/shop/restore", detail())
    api.on("GET", "/removed", [REMOVED])
    assert vaas("rm", "shop", "--undo").stdout == "shop is back: http://127.0.0.1:8080/shop/\n"
    assert vaas("rm").stdout.splitlines()[1].split()[:2] == ["shop", "3"]


@pytest.mark.parametrize("words", [("--undo",), ("--purge",), ("shop", "--undo", "--purge"), ("--yes",)])
def test_a_removal_used_wrongly_is_a_usage_error_and_sends_nothing(vaas, api, words):
    assert vaas("rm", *words).exit_code == 2
    assert api.seen == []


def test_a_call_sends_an_object_and_prints_the_value_as_json(vaas, api):
    api.on("POST", "/apps/hello/call/add", 3)
    result = vaas("call", "hello.add", '{"a": 1, "b": 2}')
    assert (result.stdout, api.seen[0].json) == ("3\n", {"a": 1, "b": 2})


def test_a_call_without_arguments_sends_an_empty_object(vaas, api):
    api.on("POST", "/apps/hello/call/ping", None)
    assert vaas("call", "hello.ping").stdout == "null\n"
    assert api.seen[0].body == b"{}"


def test_the_arguments_of_a_call_can_come_from_a_pipe(vaas, api):
    api.on("POST", "/apps/hello/call/add", {"sum": "é"})
    assert vaas("call", "hello.add", "-", stdin='{"a": 1}').stdout == '{\n  "sum": "é"\n}\n'
    assert api.seen[0].json == {"a": 1}


def test_how_long_a_call_may_take_is_asked_for(vaas, api):
    api.on("POST", "/apps/hello/call/add", 3)
    vaas("call", "hello.add", "--timeout", "2m")
    assert api.seen[0].query == {"timeout": "120.0"}


@pytest.mark.parametrize("method", ["hello", ".add", "hello.", ""])
def test_a_call_that_names_no_method_is_a_usage_error(vaas, api, method):
    assert vaas("call", method).exit_code == 2
    assert api.seen == []


@pytest.mark.parametrize("words", [("{",), ("[1]",), ("3",), ("",), ("{}", "x")])
def test_a_call_that_makes_no_sense_is_a_usage_error(vaas, api, words):
    assert vaas("call", "hello.add", *words).exit_code == 2
    assert api.seen == []


def test_what_a_method_raises_is_an_error(vaas, api):
    api.refuse("POST", "/apps/hello/call/add", 422, "a: expected int, got str")
    result = vaas("call", "hello.add")
    assert (result.exit_code, result.stderr) == (1, "error: a: expected int, got str\n")


# --- login, logout

ME = {"id": "aa", "name": "ada", "role": "admin", "apps": []}


@pytest.mark.parametrize("how", ["pipe", "option"])
def test_a_login_keeps_a_token_that_the_platform_knows_and_chooses_that_platform(alone, api, how):
    api.on("GET", "/whoami", ME)
    words, stdin = ((), " vaas_aa_x \n") if how == "pipe" else (("--token", "vaas_aa_x"), "")
    result = alone("login", api.url, *words, stdin=stdin)
    assert result.stdout == f"Logged in to {api.url} as ada (admin).\n"
    assert (kept_tokens.chosen(), kept_tokens.load(api.url)) == (api.url, "vaas_aa_x")
    assert api.seen[0].headers["authorization"] == "Bearer vaas_aa_x"


@pytest.mark.parametrize(
    ("url", "warned"), [("http://vaas.example.com", True), ("https://vaas.example.com", False), ("http://[::1]", False)]
)
def test_a_login_over_a_way_that_others_can_read_says_so(alone, monkeypatch, url, warned):
    monkeypatch.setattr(Client, "get", lambda *_: ME)
    assert ("can read your token" in alone("login", url, "--token", "vaas_aa_x").stderr) is warned


def test_a_token_that_the_platform_does_not_know_is_not_kept(alone, api):
    api.refuse("GET", "/whoami", 401, "This token is not valid here.")
    result = alone("login", api.url, "--token", "wrong")
    assert (result.exit_code, result.stderr) == (1, "error: This token is not valid here.\n")
    assert kept_tokens.load(api.url) is None


@pytest.mark.parametrize("token", ["", "  \n", "two words", "käse", "a\x00b"])
def test_what_cannot_be_a_token_is_sent_nowhere(alone, api, token):
    assert alone("login", api.url, "--token", token).exit_code == 1
    assert api.seen == []


def test_a_login_at_what_is_no_address_says_why(alone):
    result = alone("login", "etcd://host:2379", "--token", "x")
    assert (result.exit_code, "only http and https" in result.stderr) == (1, True)


def test_a_token_is_not_repeated_anywhere(alone, api):
    api.on("GET", "/whoami", ME)
    assert "vaas_aa_x" not in alone("login", api.url, "--token", "vaas_aa_x").output


def test_a_logout_forgets_the_token(alone, api):
    kept_tokens.save(api.url, "x", choose=True)
    assert alone("logout").stdout == f"Logged out of {api.url}.\n"
    assert kept_tokens.load(api.url) is None
    assert "There was no token" in alone("logout", api.url).stdout


# --- what waits for a grant, and the platform's policy


def test_what_waits_for_a_grant_is_listed(vaas, api):
    waits = {"app": "shop", "release": 4, "grants": ["net=a:1", "code=trusted"], "denied": ["code=trusted"]}
    api.on("GET", "/grants", [{**waits, "deployed_by": "ci", "since": "2026-11-21T10:00:00Z", "message": "prices"}])
    result = vaas("grants")
    assert result.stdout.splitlines()[1].startswith("shop  v4       net=a:1 code=trusted  ci")
    assert result.stderr == "shop: this platform grants code=trusted to no app.\n"


def test_nothing_that_waits_is_said(vaas, api):
    api.on("GET", "/grants", [])
    assert vaas("grants").stderr == "No release waits for a grant.\n"


POLICY = {"revision": 2, "author": "ada", "at": "2026-11-21T10:00:00Z", "change": "", "grants_allow": []}


@pytest.mark.parametrize("value", ["net=*,code=trusted", '["net=*", "code=trusted"]'])
def test_the_platforms_policy_is_set_as_a_list(vaas, api, value):
    api.on("GET", "/settings", {**POLICY, "grants_deny": []})
    api.on("PATCH", "/settings", {**POLICY, "revision": 3, "grants_deny": ["net=*", "code=trusted"]})
    result = vaas("settings", "--platform", "set", f"platform.grants.deny={value}")
    changes = {"platform.grants.deny": ["net=*", "code=trusted"]}
    assert api.requests("PATCH")[0].json == {"changes": changes, "revision": 2}
    assert result.stdout.splitlines()[0] == "platform.grants.deny   net=*"


def test_the_platforms_policy_is_shown_and_taken_away(vaas, api):
    api.on("GET", "/settings", {**POLICY, "grants_deny": ["net=*"]})
    api.on("PATCH", "/settings", {**POLICY, "revision": 3, "grants_deny": []})
    api.on("GET", "/settings/history", [{**POLICY, "grants_deny": [], "change": "platform.grants.deny="}])
    assert vaas("settings", "--platform").stdout.startswith("platform.grants.deny   net=*\n")
    vaas("settings", "--platform", "unset", "platform.grants.deny")
    assert api.requests("PATCH")[0].json["changes"] == {"platform.grants.deny": None}
    assert "platform.grants.deny=" in vaas("settings", "--platform", "history").stdout


@pytest.mark.parametrize("words", [("set",), ("set", "x"), ("unset",), ("revert", "1"), ("set", "k=[1"), ("show", "x")])
def test_the_platforms_settings_used_wrongly_are_a_usage_error_and_send_nothing(vaas, api, words):
    assert vaas("settings", "--platform", *words).exit_code == 2
    assert api.seen == []


def test_settings_of_no_app_are_a_usage_error(vaas, api):
    assert vaas("settings").exit_code == 2
    assert api.seen == []


def test_a_document_that_cannot_be_read_is_removed_by_its_key(vaas, api):
    api.on("DELETE", "/broken", None)
    assert vaas("rm", "/vaas/apps/UPPER", "--yes").stdout == "/vaas/apps/UPPER is removed for good.\n"
    assert api.requests("DELETE")[0].query == {"key": "/vaas/apps/UPPER"}
    assert "say --yes" in vaas("rm", "/vaas/apps/UPPER").stderr


@pytest.mark.parametrize(("answer", "deleted"), [("y\n", 1), ("n\n", 0)])
def test_a_name_that_no_app_can_have_is_removed_for_good_after_a_yes(vaas, api, monkeypatch, answer, deleted):
    monkeypatch.setattr("vaas_cli.commands.rm.is_attended", lambda: True)
    api.on("GET", "/apps", [{"name": "UPPER", "state": "broken", "releases": 0, "domains": []}])
    api.on("DELETE", "/apps/UPPER", None)
    result = vaas("rm", "UPPER", stdin=answer)
    assert len(api.requests("DELETE")) == deleted
    assert ("UPPER is removed for good." in result.stdout) == bool(deleted)


def test_the_revision_of_the_traffic_that_was_read_is_passed_on(vaas, api):
    api.on("PUT", "/apps/shop/traffic", traffic(mode="lock", lock=3, revision=8))
    api.on("POST", "/apps/shop/rollback", traffic(mode="lock", lock=2, revision=9))
    api.on("GET", "/apps/shop/releases", [release(3)])
    vaas("traffic", "shop", "lock", "v3", "--revision", "7")
    vaas("rollback", "shop", "v2", "--revision", "8")
    assert [each.json["revision"] for each in api.requests("PUT") + api.requests("POST")] == [7, 8]
    assert vaas("traffic", "shop", "--revision", "7").exit_code == 2


def test_who_had_read_an_older_revision_of_the_traffic_is_told_so(vaas, api):
    api.refuse("PUT", "/apps/shop/traffic", 409, "The traffic of shop is at revision 8 by now, you had read 7.")
    result = vaas("traffic", "shop", "lock", "v3", "--revision", "7")
    assert (result.exit_code, "you had read 7" in result.stderr) == (1, True)


def test_the_traffic_is_shown_with_its_revision(vaas, api):
    api.on("GET", "/apps/shop/traffic", traffic(mode="lock", lock=3, revision=8))
    api.on("GET", "/apps/shop/releases", [release(3)])
    assert vaas("traffic", "shop").stdout.endswith("revision 8\n")
