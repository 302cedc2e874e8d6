"""``vaas run``: what is sent, what is passed on, and the exit code."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.cli.fake_platform import WHEN, Answer


def lines(*events: dict[str, Any]) -> Answer:
    text = "\n\n".join(json.dumps(event) for event in events) + "\n"
    return Answer(raw=text.encode(), headers={"Content-Type": "application/x-ndjson", "Connection": "close"})


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


BEGUN = {"run": 7, "release": 3}


def test_output_goes_to_its_stream_and_the_exit_code_is_the_command_s(vaas, api):
    out, err = {"stdout": b64("made\n")}, {"stderr": b64("warned\n")}
    api.on("POST", "/apps/shop/runs", lines(BEGUN, out, err, {"exit": 4, "reason": ""}))
    result = vaas("run", "shop", "--timeout", "5m", "--release", "v3", "--", "python", "manage.py", "-v", "2")
    assert (result.exit_code, result.stdout, result.stderr) == (4, "made\n", "warned\n")
    [seen] = api.requests("POST", "/runs")
    assert json.loads(seen.query["command"]) == ["python", "manage.py", "-v", "2"]
    assert (float(seen.query["timeout"]), seen.query["release"]) == (300.0, "3")
    assert seen.headers["authorization"] == "Bearer vaas_aa_secret"


def test_why_it_was_ended_is_told(vaas, api):
    api.on("POST", "/apps/shop/runs", lines(BEGUN, {"exit": 124, "reason": "it took longer than 1s"}))
    result = vaas("run", "shop", "--", "python")
    assert (result.exit_code, result.stderr) == (124, "vaas run: it took longer than 1s\n")


def test_an_answer_that_ends_before_the_command_is_an_error(vaas, api):
    api.on("POST", "/apps/shop/runs", lines(BEGUN))
    result = vaas("run", "shop", "--", "python")
    assert result.exit_code == 1
    assert "ended before the command did" in result.stderr


def test_a_refusal_is_told(vaas, api):
    api.refuse("POST", "/apps/shop/runs", 403, "That token may not.")
    result = vaas("run", "shop", "--", "python")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "That token may not." in result.stderr


def test_without_a_command_it_says_how(vaas, api):
    result = vaas("run", "shop")
    assert result.exit_code == 2
    assert "python manage.py migrate" in result.stderr


RUN = {
    "app": "shop", "number": 2, "command": ["python", "-c", "print( 1 )"], "release": 3, "node": "n1", "by": "ada",
    "at": WHEN, "ended_at": WHEN, "exit_code": 0, "reason": "",
}  # fmt: skip


def test_the_history_names_who_ran_what_and_the_exit_code(vaas, api):
    api.on("GET", "/apps/shop/runs", [{**RUN, "number": 3, "exit_code": None}, RUN])
    first, newest, oldest = vaas("run", "shop", "--history").stdout.splitlines()
    assert first.split() == ["run", "began", "by", "release", "exit", "command"]
    assert newest.split()[0] == "3"
    assert oldest.endswith("ada  v3       0     python -c 'print( 1 )'")


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_history_without_a_run_is_empty(vaas, api, words):
    api.on("GET", "/apps/shop/runs", [])
    result = vaas("run", "shop", "--history", *words)
    assert (result.exit_code, result.stdout) == (0, "[]\n" if words else "")
