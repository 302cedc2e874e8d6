"""``vaas modules``: the registry of Python's library, for people."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vaas.core.virtual.stdlib.registry import REGISTRY


def lines(alone: Any, *names: str) -> dict[str, str]:
    result = alone("modules", *names)
    assert result.exit_code == 0
    return {line.split()[0]: line for line in result.stdout.splitlines()}


def test_every_module_is_listed_with_how_it_is_shown_and_why(alone: Any) -> None:
    told = json.loads(alone("modules", "--json").stdout)
    assert [it["module"] for it in told] == sorted(REGISTRY)
    assert all(it["how"] == REGISTRY[it["module"]].how and it["why"] == REGISTRY[it["module"]].reason for it in told)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("math", "as it is"),
        ("threading", "facade"),
        ("os", "own"),
        ("sqlite3", "on grant"),
        ("socket", "needs net"),
        ("subprocess", "needs subprocess"),
        ("ctypes", "never"),
    ],
)
def test_a_module_is_shown_in_one_of_seven_ways(alone: Any, name: str, how: str) -> None:
    assert f"  {how}  " in lines(alone, name)[name]
    assert lines(alone, name)[name].endswith(REGISTRY[name].reason)


def test_a_name_asks_for_what_is_below_it_too_and_for_no_namesake(alone: Any) -> None:
    assert {"json", "json.decoder", "json.encoder", "module"} <= lines(alone, "json").keys()
    assert "email.message" not in lines(alone, "json", "mail")


def test_what_was_not_reviewed_is_said_to_be(alone: Any) -> None:
    result = alone("modules", "webbrowser")
    assert result.exit_code == 0
    assert "Not reviewed for restricted code: webbrowser" in result.stderr
