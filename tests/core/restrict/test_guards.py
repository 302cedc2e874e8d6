"""What the guards refuse, each check by itself: dropping any one of them is seen here."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from vaas.core.restrict import guards

LIAR = """
    class Name(str):
        def startswith(self, *_): return False
        def endswith(self, *_): return False
        def __eq__(self, other): return True
        def __hash__(self): return hash("harmless")
    """
BY_NAME = {
    "getattr": "getattr(it, name)",
    "getattr with a default": "getattr(it, name, None)",
    "hasattr": "hasattr(it, name)",
    "setattr": "setattr(it, name, 1)",
    "delattr": "delattr(it, name)",
    "__getattribute__": "it.__getattribute__(name)",
    "__setattr__": "it.__setattr__(name, 1)",
    "__delattr__": "it.__delattr__(name)",
    "object.__setattr__": "object.__setattr__(it, name, 1)",
    "object.__getattribute__": "object.__getattribute__(it, name)",
    "super().__setattr__": "it.by_super(name)",
}


@pytest.mark.parametrize("text", BY_NAME.values(), ids=BY_NAME.keys())
@pytest.mark.parametrize("name", ["x", "_x"])
def test_a_name_that_could_answer_differently_each_time_is_no_name(run: Any, text: str, name: str) -> None:
    app = run(
        f"""
        class Name(str):
            def startswith(self, *_): return False
        class Own:
            x = 1
            def by_super(self, name): super().__setattr__(name, 1)
        def act(it, name): {text}
        own, name = Own(), Name({name!r})
        own.x = own._x = 1
        """
    )
    with pytest.raises(TypeError, match="exactly str"):
        app.act(app.own, app.name)
    assert vars(app.own) == {"x": 1, "_x": 1}


@pytest.mark.parametrize("act", [guards.read, guards.has, guards.delete])
def test_the_functions_that_take_a_name_want_exactly_str(run: Any, act: Any) -> None:
    app = run(LIAR)
    for name in (app.Name("x"), b"x", 1, None):
        with pytest.raises(TypeError, match="exactly str"):
            act(app, name)
    with pytest.raises(TypeError, match="exactly str"):
        guards.write(app, app.Name("x"), 1)


SHADOWING = """
    import logging
    class Q(logging.Handler):
        _name = "of the class"
        begun = True
        def __init__(self):
            if Q.begun: super().__init__()
        def put(self): self._name = "owned"
        def take(self): return self._name
        def drop(self): del self._name
        def put_by_name(self): setattr(self, "_name", "owned")
        def take_by_name(self): return getattr(self, "_name")
        def drop_by_name(self): delattr(self, "_name")
        def put_by_super(self): super().__setattr__("_name", "owned")
        def add(self): self._name += "owned"
    def put_from_outside(it): it._name = "owned"
    def take_from_outside(it): return it._name
    def unbegun():
        Q.begun = False
        made = Q()
        Q.begun = True
        return made
    """
CHANGES = ["put", "drop", "put_by_name", "drop_by_name", "put_by_super", "add"]


@pytest.mark.parametrize("act", [*CHANGES, "take", "take_by_name"])
def test_a_method_of_an_app_s_class_meets_nothing_that_a_library_keeps(run: Any, act: str) -> None:
    app = run(SHADOWING)
    begun = app.Q()
    begun.set_name("the library's")
    with pytest.raises(AttributeError, match="restricted code may not"):
        getattr(begun, act)()
    assert begun.get_name() == "the library's"
    logging._handlers.pop("the library's")  # type: ignore[attr-defined]


@pytest.mark.parametrize("act", ["put", "put_by_name", "put_by_super", "take", "take_by_name", "add"])
def test_what_was_the_class_s_own_on_one_instance_is_not_believed_of_the_next(run: Any, act: str) -> None:
    """Before the library's initializer has run, the name is the app's; proofs and marks may not remember that."""
    app = run(SHADOWING)
    for _ in range(2):
        getattr(app.unbegun(), act)()
    begun = app.Q()
    with pytest.raises(AttributeError, match="restricted code may not"):
        getattr(begun, act)()
    assert begun.get_name() is None


@pytest.mark.parametrize("act", ["put_from_outside", "take_from_outside"])
def test_nor_is_it_from_outside_of_the_class(run: Any, act: str) -> None:
    app = run(SHADOWING)
    getattr(app, act)(app.unbegun())
    begun = app.Q()
    with pytest.raises(AttributeError, match="restricted code may not"):
        getattr(app, act)(begun)
    assert begun.get_name() is None


def test_a_private_name_of_a_class_that_is_wholly_the_app_s_is_its_own(run: Any) -> None:
    app = run(
        """
        class Own:
            def put(self): self._name = "x"
            def take(self): return self._name
        own = Own()
        own.put()
        RESULT = own.take(), own._name, hasattr(own, "_other"), getattr(own, "_name")
        """
    )
    assert app.RESULT == ("x", "x", False, "x")


def test_a_class_is_proven_once_by_the_first_instance_whose_names_are_its_own(run: Any) -> None:
    app = run("class Own: pass\nown = Own()")
    known: set[type] = set()
    assert guards.prove(app.own, known, ("_x",), ("y",))
    assert known == {app.Own}
    assert not guards.prove(logging.Handler(), known, ("_name",), ())
    assert known == {app.Own}


@pytest.mark.parametrize("act", ["self.split = None", "del self.split", "setattr(self, 'split', None)"])
def test_no_method_sets_what_the_interpreter_believes_of_a_group(run: Any, act: str) -> None:
    app = run(f"class Group(ExceptionGroup):\n    def put(self): {act}")
    group = app.Group("g", [ValueError()])
    with pytest.raises(AttributeError, match="the interpreter believes"):
        group.put()
    assert "split" not in vars(group)
