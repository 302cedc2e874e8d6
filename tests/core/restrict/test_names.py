"""``globals()`` and ``locals()`` of restricted code: what it may say by name, and nothing of the machine's."""

from __future__ import annotations

from typing import Any

import pytest

from vaas.core.restrict.names import Names, own_globals, own_locals


def names() -> Names:
    return Names({"x": 1, "_getattr_": len, "__builtins__": {}, "__name__": "app"})


def test_the_machine_s_own_names_are_neither_listed_nor_found() -> None:
    assert dict(names()) == {"x": 1, "__name__": "app"}
    assert (len(names()), repr(names()), "x" in names()) == (2, "{'x': 1, '__name__': 'app'}", True)
    for name in ("_getattr_", "__builtins__", "none"):
        assert name not in names()
        with pytest.raises(KeyError):
            names()[name]


def test_a_variable_is_set_changed_and_taken_away() -> None:
    space = {"x": 1, "_getattr_": len}
    found = Names(space)
    found["y"] = 2
    found["x"] += 1
    del found["y"]
    assert (found.pop("x"), space) == (2, {"_getattr_": len})


@pytest.mark.parametrize("name", ["_getattr_", "__builtins__", 1, type("Name", (str,), {})("y")])
def test_no_other_name_is_set_or_taken_away(name: Any) -> None:
    found = names()
    with pytest.raises(TypeError, match="may not give a variable the name"):
        found[name] = 1
    with pytest.raises(TypeError, match="may not give a variable the name"):
        del found[name]


def test_a_name_that_only_derives_from_str_finds_nothing() -> None:
    assert type("Name", (str,), {})("x") not in names()


@pytest.mark.parametrize("ask", [own_globals, own_locals])
def test_code_that_is_not_the_app_s_is_given_none(ask: Any) -> None:
    with pytest.raises(TypeError, match="called by the app's own code"):
        (lambda: ask())()


def test_locals_are_a_copy_in_a_function_and_the_variables_in_a_module(run: Any) -> None:
    app = run(
        """
        def f(a):
            b = 2
            locals()["a"] = 3
            return a, locals()
        FOUND = f(1)
        locals()["made"] = 5
        """
    )
    assert app.FOUND == (1, {"a": 1, "b": 2})
    assert app.made == 5


def test_there_are_none_of_the_body_of_a_class(run: Any) -> None:
    with pytest.raises(TypeError, match="for functions and modules"):
        run("class A:\n    x = locals()")
