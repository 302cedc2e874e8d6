# ruff: noqa: E501  (app code stands in one line)
"""Groups of exceptions: ``except*`` of restricted code takes apart groups that no app has a hand on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.restrict.python import given_by_python

TEXT = """
    def handled(group):
        seen = []
        try:
            try:
                raise group
            except* ValueError as some:
                seen.append((type(some).__name__, some.message, [str(it) for it in some.exceptions]))
            except* TypeError:
                raise
            except* OSError as some:
                raise KeyError("k") from some
            else:
                seen.append("else")
            finally:
                seen.append("finally")
        except BaseExceptionGroup as rest:
            seen.append((rest.message, [type(it).__name__ for it in rest.exceptions]))
        except Exception as error:
            seen.append(error.args)
        return seen
    def returns():
        for n in range(3):
            try:
                if n == 1:
                    return n
                continue
            except* ValueError:
                pass
    E = ExceptionGroup
    RESULT = (handled(E("a", [ValueError(1), ValueError(2)])), handled(E("b", [ValueError(1), E("n", [TypeError(2), ValueError(3)])])),
              handled(E("c", [ZeroDivisionError()])), handled(ValueError("bare")), handled(OSError("bare")), handled(KeyError("other")), returns())
    """


def test_groups_are_split_as_python_splits_them(run: Any) -> None:
    assert repr(run(TEXT).RESULT) == given_by_python(TEXT)


def test_what_is_told_of_a_group_is_kept(run: Any) -> None:
    module = run(
        """
        cause = KeyError("cause")
        group = ExceptionGroup("told", [ValueError(1)])
        group.add_note("a note")
        try:
            try:
                raise group from cause
            except* TypeError:
                pass
        except ExceptionGroup as caught:
            CAUGHT = caught
        """
    )
    assert module.CAUGHT.message == "told"
    assert module.CAUGHT.__notes__ == ["a note"]
    assert module.CAUGHT.__cause__ is module.cause
    assert module.CAUGHT.__traceback__ is not None


def test_no_method_of_an_app_s_group_is_asked_to_split_it(run: Any) -> None:
    module = run(
        """
        asked = []
        class Group(ExceptionGroup):
            def split(self, kind): asked.append("split")
            def __getattribute__(self, name):
                asked.append(name)
                return super().__getattribute__(name)
        group = Group("g", [ValueError(1)])
        asked.clear()
        try:
            raise group
        except* ValueError as some:
            SOME = some
        """
    )
    assert type(module.SOME) is ExceptionGroup
    assert module.asked == []


@pytest.mark.parametrize("name", ["split", "derive", "subgroup"])
def test_nothing_that_a_group_is_split_by_is_set_on_one(run: Any, name: str) -> None:
    with pytest.raises(AttributeError, match="interpreter believes"):
        run(f"group = ExceptionGroup('g', [ValueError()])\ngroup.{name} = len")
    with pytest.raises(AttributeError, match="interpreter believes"):
        run(
            f"import sys\ntry:\n    raise ExceptionGroup('g', [ValueError()])\nexcept Exception as e:\n    setattr(e, '{name}', len)"
        )
