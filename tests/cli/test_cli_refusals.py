"""What restricted code may not say is told before anything runs or leaves the machine: all of it, with its remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REFUSED = [
    ("import ctypes", "denied-import"),
    ("import sqlite3", "denied-import"),
    ("x = eval('1 + 1')", "absent-builtin"),
    ("f = exec", "absent-builtin"),
    ("x = len.__globals__", "special-attribute"),
    ("x = (n for n in ()).gi_frame", "frame-attribute"),
    ("x.__dict__ = {}", "special-attribute"),
    ("def _getattr_(obj, name): return 1", "reserved-name"),
    ("x = __builtins__", "reserved-name"),
    ("class A(metaclass=type(1)): pass", "metaclass"),
    ("def g(n: 'x.__class__'): pass", "annotation"),
    ("def h(n: 'print(1) or (lambda: 1)'): pass", "annotation"),
    ("x.gi_frame += 1", "frame-attribute"),
    ("match x:\n    case Point(1, 2): pass", "positional-pattern"),
    ("match x:\n    case object(_y=1): pass", "pattern-attribute"),
]
TOLD = re.compile(r"app\.py:(?P<line>\d+): (?P<rule>[a-z-]+): (?P<why>[^:]+.*): (?P<remedy>[^:]+.*)")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """By line, the rule that it breaks."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "vaas.toml").write_text('name = "shop"\n')
    (folder / "app.py").write_text("\n".join(text for text, _ in REFUSED) + "\n")
    monkeypatch.chdir(folder)
    lines: dict[int, str] = {}
    line = 1
    for text, rule in REFUSED:
        lines[line + text.count("\n")] = rule  # of a match it is the case
        line += text.count("\n") + 1
    return lines


@pytest.mark.parametrize("command", ["check", "deploy"])
def test_every_refusal_of_a_file_is_told_at_once_with_line_rule_reason_and_remedy(vaas, api, shop, command):
    result = vaas(command)
    told = [TOLD.search(line) for line in (result.stdout + result.stderr).splitlines() if "app.py:" in line]
    assert {int(it["line"]): it["rule"] for it in told if it} == shop
    assert None not in told
    assert result.exit_code != 0
    assert api.requests("POST") == []
