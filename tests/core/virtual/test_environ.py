"""``os.environ`` of restricted code does as Python's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted

SAME = {
    "read": "it = os.environ['VT_A'], os.environ.get('VT_B', 'none'), 'VT_A' in os.environ, 'VT_B' in os.environ",
    "a name that is not there": "os.environ['VT_B']",
    "set": "os.environ['VT_B'] = 'two'\nit = os.getenv('VT_B'), sorted(n for n in os.environ if n.startswith('VT_'))",
    "deleted": "del os.environ['VT_A']\nit = 'VT_A' in os.environ",
    "deleted twice": "del os.environ['VT_A']\ndel os.environ['VT_A']",
    "popped": "it = os.environ.pop('VT_A'), os.environ.pop('VT_A', None)",
    "its length": "before = len(os.environ)\nos.environ['VT_B'] = ''\nit = len(os.environ) - before",
    "a value that is no text": "os.environ['VT_B'] = 1",
    "a name that is no text": "os.environ[1] = 'x'",
    "a name that is no text, read": "os.environ[1]",
    "merged on the left": "both = os.environ | {'VT_A': 'mine'}\nit = both['VT_A'], type(both), os.environ['VT_A']",
    "merged on the right": "both = {'VT_A': 'mine'} | os.environ\nit = both['VT_A'], type(both)",
    "a copy": "one = os.environ.copy()\none['VT_A'] = 'mine'\nit = type(one), os.environ['VT_A']",
    "changed while it is read": "for n in os.environ:\n    os.environ['VT_' + n] = ''\nit = 'VT_VT_A' in os.environ",
    "printed": "it = repr(os.environ).startswith('environ({'), \"'VT_A': 'one'\" in repr(os.environ)",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_the_environment_does_as_python_s(apps: Any, tmp_path: Path, text: str) -> None:
    before = dict(os.environ)
    begin = "os.environ['VT_A'] = 'one'\n"
    try:
        expected = plainly(tmp_path / "plain", begin + text)
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
    assert restricted(apps, begin + text) == expected


def test_what_one_app_sets_no_other_sees(apps: Any) -> None:
    one = apps("import os\nos.environ['VT_C'] = 'mine'", code="restricted")
    other = apps("import os\nSEEN = os.environ.get('VT_C')", code="restricted")
    one.load("app")
    assert (other.resolve("app:SEEN"), os.environ.get("VT_C")) == (None, None)
