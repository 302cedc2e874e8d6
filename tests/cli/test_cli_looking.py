"""The verbs that only look: what they ask the platform, and how they show its answer."""

from __future__ import annotations

import json
import time

import pytest

from tests.cli.fake_platform import WHEN, Answer, app, detail, outcome, policy, release, settings, traffic


def test_apps_are_listed_with_who_answers(vaas, api):
    api.on("GET", "/apps", [
        app("shop", domains=["shop.example.com"], traffic=traffic("shop", latest=4), releases=4),
        app("billing", state="failed", traffic=traffic("billing", latest=0)),
    ])  # fmt: skip
    lines = vaas("apps").stdout.splitlines()
    assert lines[0].split() == ["app", "state", "traffic", "releases", "url", "domains"]
    assert lines[1].split()[:4] == ["shop", "ready", "latest", "(v4)"]
    assert "shop.example.com" in lines[1]
    assert "failed" in lines[2]
    assert lines[0].index("state") == lines[1].index("ready") == lines[2].index("failed")


def test_no_app_yet_says_how_to_get_one_and_leaves_standard_output_empty(vaas, api):
    api.on("GET", "/apps", [])
    result = vaas("apps")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "vaas init" in result.stderr


@pytest.mark.parametrize(
    ("words", "path", "value"),
    [
        (("apps",), "/apps", [app()]),
        (("apps",), "/apps", []),
        (("show", "shop"), "/apps/shop", detail()),
        (("releases", "shop"), "/apps/shop/releases", [release(2), release(1)]),
        (("traffic", "shop"), "/apps/shop/traffic", traffic()),
        (("settings", "shop"), "/apps/shop/settings", settings()),
        (("settings", "shop", "history"), "/apps/shop/settings/history", [settings()]),
        (("domains",), "/domains", [{"domain": "é.example.com"}]),
        (("tokens",), "/tokens", []),
        (("nodes",), "/nodes", []),
        (("status",), "/status", {"apps": []}),
        (("whoami",), "/whoami", {"id": "aa", "name": "ada", "role": "admin", "apps": []}),
    ],
)
def test_json_is_just_what_the_api_answered(vaas, api, words, path, value):
    api.on("GET", path, value)
    result = vaas(*words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == value


def test_domains_are_listed_with_the_app_that_each_leads_to(vaas, api):
    made = {"created_at": "2026-11-21T10:00:00Z", "created_by": "ada"}
    api.on("GET", "/domains", [{"domain": "shop.example.com", "app": "shop", **made}])
    first, second = vaas("domains").stdout.splitlines()
    assert first.split() == ["domain", "app", "added", "by"]
    assert (second.split()[:2], second.split()[-1]) == (["shop.example.com", "shop"], "ada")


def test_no_domain_yet_says_how_to_get_one(vaas, api):
    api.on("GET", "/domains", [])
    result = vaas("domains")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "vaas domains add DOMAIN APP" in result.stderr


LIMITS = {"timeout": 1.5, "disk": 2.0**31, "body": 1000.0, "workers": 8.0, "lines": 1e6, "from_tomorrow": 2.0**31}
"""As the API gives them; `from_tomorrow` is of a platform newer than this command line."""


def test_limits_are_shown_as_set_takes_them(vaas, api):
    decided = settings(limits=LIMITS)
    api.on("GET", "/apps/shop/settings", decided)
    lines = vaas("settings", "shop").stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("limits.")] == [
        *(["limits.timeout", "1.5s"], ["limits.disk", "2GB"], ["limits.body", "1000B"]),
        *(["limits.workers", "8"], ["limits.lines", "1000000"], ["limits.from_tomorrow", "2147483648"]),
    ]
    api.on("GET", "/apps/shop", detail(settings=decided))
    shown = vaas("show", "shop").stdout.split()
    assert {"timeout=1.5s", "disk=2GB", "body=1000B", "workers=8", "lines=1000000"} < set(shown)


def test_one_app_is_shown_with_its_release_settings_and_addresses(vaas, api):
    asked = policy("trusted", net=["api.example.com:443"], subprocess=True)
    newest = release(4, asked=asked, message="new prices", manifest={"version": "1.2", "policy": asked})
    decided = settings(env={"MODE": "dark"}, limits={"timeout": 5.0}, grants=policy(net=["api.example.com:443"]))
    api.on("GET", "/apps/shop", detail(domains=["shop.example.com"], release=newest, settings=decided))
    shown = vaas("show", "shop").stdout
    addresses = ["http://127.0.0.1:8080/shop/", "http://shop.example.com:8080/"]
    asked_and_set = ["code=trusted", "net=api.example.com:443", "subprocess=true", "MODE=dark", "timeout=5s"]
    for words in [*addresses, *asked_and_set, "v4 (1.2), ready", "new prices", "2KB"]:
        assert words in shown


def test_an_app_whose_newest_release_failed_is_shown_with_the_reason(vaas, api):
    failed = release(2, "failed", told={"error": "ZeroDivisionError", "where": "app.py:7", "traceback": "Traceback…\n"})
    api.on("GET", "/apps/shop", detail(release=failed))
    shown = vaas("show", "shop").stdout
    assert "v2 failed to start:\n  app.py:7: ZeroDivisionError\n    Traceback…" in shown


def test_an_app_without_a_release_can_be_shown(vaas, api):
    api.on("GET", "/apps/shop", detail(release=None))
    assert vaas("show", "shop").exit_code == 0


def test_releases_are_listed_with_state_share_and_author(vaas, api):
    api.on("GET", "/apps/shop/releases", [
        release(3, "ready", share=0.905, message="prices", manifest={"version": "1.2", "policy": policy()}),
        release(2, None),
        release(1, "failed"),
    ])  # fmt: skip
    lines = vaas("releases", "shop").stdout.splitlines()
    assert lines[1].split()[:5] == ["v3", "ready", "90.5", "%", "1.2"]
    assert lines[1].endswith("ada  prices")
    assert lines[2].split()[:2] == ["v2", "starting"]
    assert lines[3].split()[:2] == ["v1", "failed"]


def test_why_the_newest_release_failed_is_told_below_the_list(vaas, api):
    told = {"error": "No module named 'mdels'", "where": "app.py:1", "traceback": "Traceback (most recent call last):"}
    api.on("GET", "/apps/shop/releases", [release(2, "failed", told=told)])
    assert "app.py:1: No module named 'mdels'\n    Traceback (most" in vaas("releases", "shop").stderr


def test_what_the_newest_release_waits_for_is_told_as_the_command_that_grants_it(vaas, api):
    waiting = release(2, "waiting", told={"missing": policy("trusted", net=["a:1", "b:2"])})
    api.on("GET", "/apps/shop/releases", [waiting])
    assert "`vaas grant shop code=trusted net=a:1 net=b:2`" in vaas("releases", "shop").stderr


def test_traffic_shows_each_releases_share(vaas, api):
    api.on("GET", "/apps/shop/traffic", traffic(mode="weights", weights={"4": 10.0, "3": 90.0}, sticky="cookie"))
    api.on("GET", "/apps/shop/releases", [release(4, share=0.1), release(3, share=0.9), release(2, share=0.0)])
    assert vaas("traffic", "shop").stdout.splitlines() == [
        "shop: v3=90 v4=10",
        "v3      90 %",
        "v4      10 %",
        "sticky  cookie",
    ]


def test_status_shows_the_node_and_what_each_app_does_now(vaas, api):
    counts = {"hosts": 1, "workers": 4, "stalled": 5, "in_flight": 7, "waiting": 2, "calls": 1000, "errors": 3}
    api.on("GET", "/status", {
        "version": "0.1.0", "node": "n1", "gateway": "http://g", "console": "http://c",
        "started_at": "2026-11-21T10:00:00Z",
        "apps": [{"name": "shop", "release": 4, "state": "ready", **counts, "errors_by_status": {"504": 1, "500": 2}},
                 {"name": "new", "release": 0, "state": "starting", **dict.fromkeys(counts, 0),
                  "errors_by_status": {}}],
    })  # fmt: skip
    shown = vaas("status").stdout
    assert "gateway  http://g" in shown
    assert "in flight" in shown
    assert [line.split() for line in shown.splitlines()[-2:]] == [
        ["shop", "v4", "ready", "1", "4", "5", "7", "2", "1000", "3", "(500:", "2,", "504:", "1)"],
        ["new", "starting", "0", "0", "0", "0", "0", "0", "0"],
    ]


def test_status_shows_what_takes_the_disk_and_warns_before_it_is_full(vaas, api):
    counts = dict.fromkeys(("hosts", "workers", "stalled", "in_flight", "waiting", "calls", "errors"), 0)
    node = {"version": "0.1.0", "node": "n1", "gateway": "http://g", "console": "http://c", "started_at": WHEN}
    disk = {"total": 2 << 30, "free": 1 << 20, "bundles": 1024, "layers": 3 << 20, "unpacked": 5 << 20}
    app = {"name": "shop", "release": 4, "state": "ready", **counts, "errors_by_status": {}, "disk": 2 << 20}
    api.on("GET", "/status", {**node, "apps": [app], "disk": {**disk, "warning": "The disk is nearly full"}})
    shown = vaas("status")
    assert "1MB of 2GB free; apps 2MB, bundles 1KB, layers 3MB, unpacked layers 5MB" in shown.stdout
    assert shown.stdout.splitlines()[-1].split()[-1] == "2MB"
    assert "warning: The disk is nearly full." in shown.stderr


def test_nodes_are_listed_with_the_states_of_their_releases(vaas, api):
    states = {"shop": {"1": {"state": "ready"}, "2": {"state": "failed"}}, "billing": {"1": {"state": "ready"}}}
    api.on("GET", "/nodes", [{"id": "n1", "gateway": "http://g", "console": "http://c", "version": "0.1.0",
                              "started_at": "2026-11-21T10:00:00Z", "apps": states}])  # fmt: skip
    assert "1 failed, 2 ready" in vaas("nodes").stdout


def test_whoami_names_the_role_the_apps_and_the_platform(vaas, api):
    api.on("GET", "/whoami", {"id": "aa", "name": "ci", "role": "deployer", "apps": ["shop", "billing"]})
    assert vaas("whoami").stdout == f"ci, deployer of shop, billing, at {api.url} (token aa)\n"


LINES = (
    b'{"time":1795255200.25,"release":"v4","worker":2,"request":"r1","stream":"stdout","level":"info",'
    b'"text":"one"}\n'
    b'{"time":1795255201,"release":"v4","worker":0,"request":"","stream":"stderr","level":"error",'
    b'"text":"Traceback\\n  line \\u001b[2J"}\n'
)


@pytest.fixture
def one_hour_east():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC-1")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("one_hour_east")
def test_logs_show_release_worker_request_and_level_in_local_time(vaas, api):
    api.on("GET", "/apps/shop/logs", Answer(raw=LINES))
    first = vaas("logs", "shop").stdout.splitlines()[0]
    assert first == "2026-11-21 11:00:00.250 v4 w2 r1 info    one"


def test_a_log_line_of_many_lines_is_set_in_and_cannot_move_the_terminal(vaas, api):
    api.on("GET", "/apps/shop/logs", Answer(raw=LINES))
    shown = vaas("logs", "shop").stdout
    assert "error   Traceback\n      line \\x1b[2J\n" in shown
    assert "\x1b" not in shown


def shown_level(vaas, api, text, level="warning", stream="stderr"):
    entry = {"time": 1795255200.0, "release": "v4", "worker": 2, "stream": stream, "level": level, "text": text}
    api.on("GET", "/apps/shop/logs", Answer(raw=json.dumps(entry).encode() + b"\n"))
    return vaas("logs", "shop").stdout.partition(" w2 ")[2].removesuffix(f"{text}\n").strip()


@pytest.mark.parametrize(
    "text",
    ["WARNING in app: low", "2026-11-27 21:15 [warning  ] low", "warning: low", "| WARNING | low", "level=warning low",
     '{"level": "warning"}', "[WARN] low", "<Warning> low", "W WARNING:shop:low"],
)  # fmt: skip
def test_a_line_that_tells_its_level_is_not_given_another(vaas, api, text):
    assert shown_level(vaas, api, text) == ""
    assert shown_level(vaas, api, text, stream="log") == "warning"


@pytest.mark.parametrize("text", ["a warning", "no warnings today", "low", "forewarned is forearmed", "WARNINGS"])
def test_a_line_that_only_speaks_of_a_level_is_shown_with_its_own(vaas, api, text):
    assert shown_level(vaas, api, text) == "warning"


def test_an_internal_server_error_of_django_is_one(vaas, api):
    assert shown_level(vaas, api, "Internal Server Error: /fails", "error") == "error"


def test_logs_are_filtered_by_the_platform(vaas, api):
    api.on("GET", "/apps/shop/logs", Answer(raw=b""))
    vaas("logs", "shop", "--since", "10m", "--grep", "a b&c", "-n", "5")
    assert api.seen[0].query == {"since": "600.0", "grep": "a b&c", "limit": "5"}


def test_following_is_asked_for(vaas, api):
    api.on("GET", "/apps/shop/logs", Answer(raw=LINES))
    vaas("logs", "shop", "-f")
    assert api.seen[0].query == {"follow": "true"}


def test_logs_as_json_are_one_object_a_line(vaas, api):
    api.on("GET", "/apps/shop/logs", Answer(raw=LINES))
    lines = vaas("logs", "shop", "--json").stdout.splitlines()
    assert [json.loads(line)["level"] for line in lines] == ["info", "error"]


@pytest.mark.parametrize("since", ["soon", "-5m", "10 mins", "10", ""])
def test_a_span_that_makes_no_sense_asks_nothing_of_the_platform(vaas, api, since):
    assert vaas("logs", "shop", "--since", since).exit_code == 2
    assert api.seen == []


def test_an_outcome_of_a_later_version_with_more_fields_is_no_trouble(vaas, api):
    odd = release(1, "failed", told={"error": "", "where": "", "novel": [1]})
    api.on("GET", "/apps/shop/releases", [{**odd, "outcome": {**outcome("failed"), "novel": 1}}])
    assert "did not say why" in vaas("releases", "shop").stderr


def test_what_a_list_has_left_out_is_named_once_beside_it(vaas, api):
    header = {"X-Vaas-Broken": "/vaas/domains/UPPER,/vaas/domains/a%0A"}
    api.on("GET", "/domains", Answer([], headers=header))
    result = vaas("domains")
    assert "/vaas/domains/UPPER, /vaas/domains/a%0A: could not be read" in result.stderr


def test_status_names_what_cannot_be_read_and_how_it_goes(vaas, api):
    node = dict.fromkeys(("node", "version", "gateway", "console"), "x")
    broken = [{"key": "/vaas/apps/a\n\x1b", "reason": "not\x1b valid"}]
    api.on("GET", "/status", {**node, "started_at": WHEN, "apps": [], "broken": broken})
    shown = vaas("status").stdout
    assert "vaas rm KEY" in shown
    assert "/vaas/apps/a" in shown
    assert "\x1b" not in shown


def test_apps_that_a_node_does_not_work_on_are_told_with_the_reason(vaas, api):
    api.on("GET", "/apps", [app("shop", state="quarantined", quarantine="OSError: disk\x1b[2J full"), app("blog")])
    shown = vaas("apps").stdout
    assert "Apps that this node does not work on" in shown
    assert "OSError: disk" in shown
    assert "\x1b[2J" not in shown
    api.on("GET", "/apps", [app("blog")])
    assert "does not work on" not in vaas("apps").stdout


def test_an_app_that_is_shown_says_why_it_is_quarantined(vaas, api):
    api.on("GET", "/apps/shop", {**detail(), "state": "quarantined", "quarantine": "OSError: disk full"})
    assert "quarantined  OSError: disk full" in vaas("show", "shop").stdout
