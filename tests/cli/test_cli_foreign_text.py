"""Whatever an app, a deployer or a platform says: each command shows it, and none of it does anything or passes for a
line of ours."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vaas_cli.main import main

from tests.cli.fake_platform import (
    WHEN,
    Answer,
    FakePlatform,
    app,
    detail,
    outcome,
    policy,
    problem,
    release,
    traffic,
)
from tests.cli.fake_platform import settings as settings_of

ROW = "v99  ready  100 %"
TEXTS = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            [f"\n{ROW}", f"\r{ROW}", f"\u2028{ROW}", f"\x85{ROW}", f"\x0b{ROW}", "\x1b[2J", "\x9b1A", "\x7f", "\u202e"]
        )
        | st.text(st.characters(exclude_categories=()), max_size=5),
        min_size=1,
        max_size=4,
    ),
)

MEANT = {"state", "mode", "created_at", "at", "started_at", "since", "removed_at", "key"}
"""Members that the commands act on."""

UNGRANTED = policy(net=["a:1"])
FAILED = {"error": "boom", "where": "app.py:3", "traceback": "Traceback …"}
TRIAL = {**outcome("failed", **FAILED), "settings": settings_of(), "release": 3, "at_once": False}
ENTRY = {"time": 1.25, "release": "v4", "worker": 2, "request": "r1", "stream": "log", "level": "info", "text": "one"}
RUN = {"number": 7, "at": WHEN, "by": "ada", "release": 3, "exit_code": 0, "command": ["python", "x"]}
NODE = {"id": "n1", "gateway": "http://g", "console": "http://c", "version": "0.1.0", "started_at": WHEN, "apps": {}}
REMOVED = {"app": "shop", "created_at": WHEN, "removed_at": WHEN, "removed_by": "ada", "releases": 2}
TOKEN = {"id": "aa", "name": "ci", "role": "deployer", "apps": ["shop"], "created_at": WHEN, "created_by": "ada"}
DOMAIN = {"domain": "shop.example.com", "app": "shop", "created_at": WHEN, "created_by": "ada"}
COUNTS = ("hosts", "workers", "stalled", "in_flight", "waiting", "calls", "errors")
STATUS = {
    "node": "n1",
    "version": "0.1.0",
    "gateway": "g",
    "console": "c",
    "started_at": WHEN,
    "apps": [{"name": "shop", "release": 4, "state": "ready", **dict.fromkeys(COUNTS, 0), "errors_by_status": {}}],
}
WAITS = {
    "app": "shop",
    "release": 2,
    "grants": ["net=a:1"],
    "denied": ["net=*"],
    "deployed_by": "ada",
    "since": WHEN,
    "message": "new",
}
SPLIT = traffic(mode="weights", weights={"3": 1.0, "4": 1.0}, sticky="header:x")
PLATFORM = {"revision": 2, "at": WHEN, "author": "ada", "change": "x", "grants_deny": ["net=*"], "grants_allow": ["a"]}
REVISION = settings_of(env={"A": "b"}, grants=UNGRANTED)

Case = tuple[tuple[str, ...], dict[str, Any]]
COMMANDS: dict[str, Case] = {
    "apps": (("apps",), {"/apps": [app(domains=["a.b"])]}),
    "show": (("show", "shop"), {"/apps/shop": detail(settings=REVISION, release=release(message="new"))}),
    "show failed": (("show", "shop"), {"/apps/shop": detail(release=release(2, "failed", told=FAILED))}),
    "show tried": (("show", "shop"), {"/apps/shop": detail(trial=TRIAL)}),
    "releases": (("releases", "shop"), {"/apps/shop/releases": [release(2, message="new"), release(1)]}),
    "releases failed": (("releases", "shop"), {"/apps/shop/releases": [release(2, "failed", told=FAILED)]}),
    "releases waiting": (
        ("releases", "shop"),
        {"/apps/shop/releases": [release(2, "waiting", told={"missing": UNGRANTED})]},
    ),
    "traffic": (("traffic", "shop"), {"/apps/shop/traffic": SPLIT, "/apps/shop/releases": [release(3), release(4)]}),
    "settings": (("settings", "shop"), {"/apps/shop/settings": REVISION}),
    "settings failed": (("settings", "shop"), {"/apps/shop/settings": settings_of(trial=TRIAL)}),
    "history": (("settings", "shop", "history"), {"/apps/shop/settings/history": [settings_of(failed="boom")]}),
    "platform": (("settings", "--platform"), {"/settings": PLATFORM}),
    "platform history": (("settings", "--platform", "history"), {"/settings/history": [PLATFORM]}),
    "grants": (("grants",), {"/grants": [WAITS]}),
    "domains": (("domains",), {"/domains": [DOMAIN]}),
    "tokens": (("tokens",), {"/tokens": [TOKEN]}),
    "nodes": (("nodes",), {"/nodes": [NODE]}),
    "status": (("status",), {"/status": STATUS}),
    "whoami": (("whoami",), {"/whoami": TOKEN}),
    "removed": (("rm",), {"/removed": [REMOVED]}),
    "runs": (("run", "shop", "--history"), {"/apps/shop/runs": [RUN]}),
    "logs": (("logs", "shop"), {"/apps/shop/logs": ENTRY}),
    "domain": (("domains", "add", "shop.example.com", "shop"), {"PUT /domains/shop.example.com": DOMAIN}),
    "token": (("tokens", "create", "ci"), {"POST /tokens": {**TOKEN, "token": "vaas_aa_secret"}}),
    "back": (("rm", "shop", "--undo"), {"POST /apps/shop/restore": app(domains=["a.b"])}),
    "locked": (
        ("traffic", "shop", "lock", "v3"),
        {"PUT /apps/shop/traffic": SPLIT, "/apps/shop/traffic": SPLIT, "/apps/shop/releases": [release(3), release(4)]},
    ),
    "change": (
        ("settings", "shop", "set", "env.A=b"),
        {
            "/apps/shop/settings": REVISION,
            "PATCH /apps/shop/settings": REVISION,
            "/apps/shop/releases": [],
        },
    ),
    "granted": (
        ("grant", "shop", "net=a:1"),
        {"POST /apps/shop/grants": REVISION, "/apps/shop/releases": [release(2, "failed", told=FAILED)]},
    ),
    "error": (("apps",), {"/apps": problem(409, "no").body}),
}
JSON: dict[str, Case] = {
    name: ((*words, "--json"), answers)
    for name, (words, answers) in COMMANDS.items()
    if name not in ("removed", "error", "logs", "back", "domain", "token", "change", "granted", "locked")
}


def saying(document: Any, text: str) -> Any:
    """The same document with this text in every place where there can be one."""
    if isinstance(document, str):
        return document + text
    if isinstance(document, list):
        return [saying(each, text) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        (name + text if name == "A" else name): value if name in MEANT else saying(value, text)
        for name, value in document.items()
    }


def answer(api: FakePlatform, path: str, document: Any) -> None:
    method, _, path = path.rpartition(" ")
    method = method or "GET"
    if path.endswith("/logs"):
        api.on(method, path, Answer(raw=json.dumps(document).encode() + b"\n"))
    else:
        api.on(method, path, document, status=409 if isinstance(document, dict) and "detail" in document else 200)


def shown(vaas: Callable[..., Any], api: FakePlatform, case: Case, text: str) -> list[str]:
    words, answers = case
    for path, document in answers.items():
        answer(api, path, saying(document, text))
    result = vaas(*words)
    assert (result.exit_code == 1) == ("/apps" in answers and "detail" in answers["/apps"])
    return [line for part in (result.stdout, result.stderr) for line in part.split("\n")]


def harmless(line: str) -> bool:
    return not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in line)


@pytest.mark.parametrize("name", COMMANDS)
@given(text=TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
def test_no_text_moves_a_terminal_or_passes_for_a_line_of_ours(vaas, api, name, text):
    lines = shown(vaas, api, COMMANDS[name], text)
    assert all(map(harmless, lines))
    assert not [line for line in lines if line.startswith(ROW[:3])]
    quiet = shown(vaas, api, COMMANDS[name], "x")
    set_in = (line.startswith("  ") for line in lines)  # of a traceback, a log entry, an error
    assert len(lines) - len(quiet) <= sum(set_in)


@pytest.mark.parametrize("name", JSON)
@given(text=TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5, deadline=None)
def test_json_says_all_of_it_and_does_nothing_either(vaas, api, name, text):
    lines = shown(vaas, api, JSON[name], text)
    assert all(map(harmless, lines))
    [answered] = [JSON[name][1][path] for path in list(JSON[name][1])[:1]]
    assert json.loads("\n".join(lines)) == saying(answered, text)


def test_a_message_cannot_make_a_row_of_the_table_of_releases(vaas, api):
    api.on("GET", "/apps/shop/releases", [release(2, message=f"fix\n{ROW}\x1b[1A")])
    _, row, *rest = vaas("releases", "shop").stdout.splitlines()
    assert rest == []
    assert row.endswith(f"fix\\n{ROW}\\x1b[1A")


def test_a_value_of_the_environment_cannot_make_another(vaas, api):
    api.on("GET", "/apps/shop", detail(settings=settings_of(env={"MODE": "dark\nKEY=x"})))
    assert "MODE=dark\\nKEY=x" in vaas("show", "shop").stdout


def test_an_error_cannot_make_a_line_of_ours(vaas, api):
    api.refuse("GET", "/apps", 409, "no\nerror: all is lost\r\x1b[2K")
    assert vaas("apps").stderr == "error: no\n  error: all is lost\\r\\x1b[2K\n"


def test_an_argument_is_shown_as_it_is_in_what_is_wrong_with_it(alone):
    result = alone("call", "\x1b[2J")
    assert result.exit_code == 2
    assert "\\x1b[2J" in result.stderr
    assert "\x1b" not in result.stderr


def test_an_unknown_command_and_an_unknown_option_are_spelled_too(alone):
    for words in (("\x1b[2J",), ("apps", "--\x1b[2J"), ("--\x1b[2J",)):
        result = alone(*words)
        assert result.exit_code == 2
        assert "\x1b" not in result.stderr


def test_what_a_program_prints_is_passed_on_and_what_is_said_of_its_end_is_spelled(vaas, api):
    events = [{"run": 7, "release": 3}, {"stdout": "G1szMW0="}, {"exit": 1, "reason": f"ended\n{ROW}"}]
    raw = "".join(json.dumps(event) + "\n" for event in events).encode()
    api.on("POST", "/apps/shop/runs", Answer(raw=raw, headers={"Connection": "close"}))
    result = vaas("run", "shop", "--", "python")
    assert (result.stdout, result.stderr) == ("\x1b[31m", f"vaas run: ended\\n{ROW}\n")


def test_further_lines_of_a_log_entry_are_set_in_and_its_colours_left_out(vaas, api):
    text = f"\x1b[31mred\x1b[0m\n2026-11-21 12:00:00.000 v9 w0 info    forged\r\n{ROW}"
    answer(api, "/apps/shop/logs", {**ENTRY, "text": text})
    first, *rest = vaas("logs", "shop").stdout.splitlines()
    assert first.endswith("info    red")
    assert rest == ["    2026-11-21 12:00:00.000 v9 w0 info    forged", f"    {ROW}"]


def test_a_level_or_an_id_of_a_stored_entry_cannot_make_a_line(vaas, api):
    answer(api, "/apps/shop/logs", {**ENTRY, "level": f"info\n{ROW}", "request": f"r\r{ROW}", "release": "v\x1b[2J"})
    [line] = vaas("logs", "shop").stdout.splitlines()
    assert harmless(line)


@pytest.mark.parametrize("time", [1e300, -1e300, float("nan"), "now", None])
def test_a_time_that_cannot_be_is_left_out(vaas, api, time):
    answer(api, "/apps/shop/logs", {**ENTRY, "time": time})
    assert vaas("logs", "shop").stdout == "v4 w2 r1 info    one\n"


def test_a_folder_of_somebody_else_s_is_checked_without_doing_anything(alone, tmp_path, monkeypatch):
    folder = tmp_path / f"shop\n{ROW}\x1b[2J"
    folder.mkdir()
    (folder / "vaas.toml").write_text('name = "shop\\u001b[2J\\u202e"\n')
    (folder / f"a\x1b[2J\n{ROW}.py").write_text("def f(:\n")
    monkeypatch.chdir(tmp_path)
    for words in (("check",), ("deploy",), ("dev",)):
        result = alone(*words, folder.name)
        assert result.exit_code in (1, 2)
        lines = (result.stdout + result.stderr).split("\n")
        assert all(map(harmless, lines))
        assert not [line for line in lines if line.startswith(ROW[:3])]


def test_what_a_stream_cannot_write_is_spelled_out(vaas, api, monkeypatch):
    api.on("GET", "/apps/shop/releases", [release(2, message="é → 価格")])
    result = CliRunner(charset="ascii").invoke(main, ["releases", "shop"])
    assert result.exit_code == 0
    assert "\\xe9 \\u2192 \\u4fa1\\u683c" in result.stdout
