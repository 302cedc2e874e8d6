# ruff: noqa: E501  (app code stands in one line)
"""An app's author sees their own file, line and source."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from vaas.core.virtual.tracebacks import format_app_traceback, where_of, whole_traceback


def failing(apps: Any, code: str) -> BaseException:
    machine = apps(
        {
            "app.py": "import deep\n\ndef run():\n    try:\n        deep.fail({})\n    except KeyError as e:\n        raise ValueError('bad') from e",
            "deep.py": "import json\n\ndef fail(d):\n    json.loads('1')\n    return d['key']",
        },
        code=code,
    )
    with pytest.raises(ValueError, match="bad") as caught:
        machine.resolve("app:run")()
    return caught.value


def test_where_is_the_innermost_line_of_the_app(apps: Any, code: str) -> None:
    error = failing(apps, code)
    assert where_of(error) == "app.py:7"
    assert error.__cause__ is not None
    assert where_of(error.__cause__) == "deep.py:5"


def test_the_traceback_has_the_app_s_source_and_no_frame_of_the_machinery(apps: Any, code: str) -> None:
    text = format_app_traceback(failing(apps, code))
    assert "    return d['key']" in text
    assert "direct cause" in text
    assert text.rstrip().endswith("ValueError: bad")
    assert "vaas/core" not in text
    assert "pytest" not in text


def test_python_s_own_traceback_shows_the_source_too(apps: Any) -> None:
    text = "".join(traceback.format_exception(failing(apps, "trusted")))
    assert "deep.fail({})" in text


def test_two_machines_with_the_same_file_name_show_their_own_source(apps: Any) -> None:
    texts = []
    for name in ("first", "second"):
        with pytest.raises(ZeroDivisionError) as caught:
            apps(f"{name} = 1 / 0").load("app")
        texts.append(format_app_traceback(caught.value))
    assert "first = 1 / 0" in texts[0]
    assert "second = 1 / 0" in texts[1]


def test_a_syntax_error_has_its_place(apps: Any, code: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        apps("x = 1\ny = = 2", code=code).load("app")
    assert where_of(caught.value) == "app.py:2"
    assert "y = = 2" in format_app_traceback(caught.value)


def test_a_denied_import_has_its_place(apps: Any) -> None:
    with pytest.raises(ImportError) as caught:
        apps("\n\nimport sqlite3", code="restricted").load("app")
    assert where_of(caught.value) == "app.py:3"


def test_an_error_without_app_code_has_no_place() -> None:
    assert where_of(ValueError("x")) == ""
    assert format_app_traceback(ValueError("x")) == "ValueError: x\n"


def test_without_a_frame_of_the_app_those_of_packages_are_shown() -> None:
    with pytest.raises(ValueError, match="int") as caught:
        _package()
    text = format_app_traceback(caught.value)
    assert "in _package" in text
    assert text.endswith("ValueError: invalid literal for int() with base 10: 'x'\n")


def _package() -> None:
    int("x")


def test_frames_of_packages_between_the_apps_own_are_left_out_and_kept_for_those_who_ask(apps: Any) -> None:
    machine = apps("def outer(call):\n    call(inner)\ndef inner():\n    int('x')\n", code="trusted")
    with pytest.raises(ValueError, match="int") as caught:
        machine.resolve("app:outer")(_calls)
    text, whole = format_app_traceback(caught.value), whole_traceback(caught.value)
    assert "in outer" in text
    assert "in inner" in text
    assert "in _calls" not in text
    assert "in _calls" in whole


def _calls(function: Any) -> None:
    function()


def test_a_traceback_of_which_nothing_was_left_out_is_not_told_again(apps: Any) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        apps("1 / 0").load("app")
    error = caught.value.with_traceback(caught.value.__traceback__.tb_next)  # without this test's own frame
    assert whole_traceback(error) == ""
