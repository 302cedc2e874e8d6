"""What the guards answer for a name, asked as the transformer and the built-in functions ask them."""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from vaas.core.restrict import guards, rules
from vaas.core.restrict.ownership import MARK, REMEMBERED, Mark, mark_of

OWN = """
    import logging
    class Own:
        def __init__(self): self.x = self._x = 1
        def __len__(self): return 3
    class Q(logging.Handler):
        def __init__(self):
            super().__init__()
            self.mine = 1
    def plain(): pass
    plain.note = 1
    own = Own()
    """


@pytest.mark.parametrize("name", sorted(rules.FRAMES))
def test_no_name_of_a_frame_is_read_or_set_not_even_of_the_app_s_own(run: Any, name: str) -> None:
    own = run(OWN).own
    vars(own)[name] = "secret"
    for act in (guards.guarded_getattr, guards.read):
        with pytest.raises(AttributeError, match="it leads to frames, other people's variables or native code"):
            act(own, name)
    for write in (lambda: guards.write(own, name, 1), lambda: guards.delete(own, name)):
        with pytest.raises(AttributeError, match="it leads to frames"):
            write()
    assert vars(own)[name] == "secret"


def test_a_public_name_is_read_as_python_reads_it(run: Any) -> None:
    app = run(OWN)
    for obj, name, value in (
        (app.own, "x", 1),
        (app.Q(), "mine", 1),
        (logging.Handler(), "level", 0),
        (json, "dumps", json.dumps),
    ):
        assert guards.guarded_getattr(obj, name) == guards.read(obj, name) == value
        assert guards.has(obj, name)
    with pytest.raises(AttributeError):
        guards.read(app.own, "absent")
    assert guards.read(app.own, "absent", "default") == "default"
    assert not guards.has(app.own, "absent")


def test_a_public_name_that_is_dangerous_on_some_objects_is_looked_at() -> None:
    text = guards.guarded_getattr("{0.__globals__}", "format")
    with pytest.raises(AttributeError, match="__globals__"):
        text(json.dumps)
    assert guards.guarded_getattr("{}", "format")(1) == guards.read("{}", "format")(1) == "1"


@pytest.mark.parametrize("name", ["x", "_x", "__doc__"])
def test_a_name_may_be_set_again(run: Any, name: str) -> None:
    own = run(OWN).own
    for value in range(3):
        guards.write(own, name, value)
        assert getattr(own, name) == value


def test_what_is_judged_is_changed_in_place_only_where_it_is_plain_data_of_the_app_s(run: Any) -> None:
    app = run("class Own:\n    metadata = 1\nclass Text(str): pass\nown, text = Own(), Text('x')")
    assert guards.guarded_in_place(app.own, "metadata") is app.own
    for obj, name in ((app.text, "format"), ("x", "format"), (logging.Handler(), "level")):
        with pytest.raises(AttributeError, match="in place: assign it"):
            guards.guarded_in_place(obj, name)


def test_vars_of_an_object_with_a_library_s_base_shows_no_private_name_that_a_library_keeps(run: Any) -> None:
    shown = guards.variables(run(OWN).Q())
    assert shown.keys() == {"level", "formatter", "filters", "lock", "mine"}


def test_vars_of_an_object_that_is_the_app_s_alone_is_its_own_dict(run: Any) -> None:
    own = run(OWN).own
    guards.variables(own)["later"] = 2
    assert own.later == 2


def test_vars_of_a_class_is_a_copy_without_the_machine_s_names(run: Any) -> None:
    cls = run(OWN).Own
    shown = guards.variables(cls)
    assert {"__init__", "__len__"} <= shown.keys()
    assert mark_of(cls) not in shown.values()
    shown["later"] = 1
    assert not hasattr(cls, "later")


def test_what_only_says_that_it_is_a_super_is_not_asked_as_one() -> None:
    class Lie:
        __class__ = property(lambda self: super)  # type: ignore[assignment]

        def __get__(self, obj: Any, cls: Any = None) -> str:
            return "got"

    assert guards.guarded_getattr(Lie(), "__get__")(1) == "got"


def test_vars_of_a_class_show_what_it_holds_as_it_is(run: Any) -> None:
    cls = run('class A:\n    "It says."\n    x = 1\n    def __len__(self): return 3').A
    shown = guards.variables(cls)
    assert (shown["__doc__"], shown["x"]) == ("It says.", 1)
    assert shown["__len__"] is vars(cls)["__len__"]


def test_a_generated_method_in_the_vars_of_its_class_is_for_its_instances_alone(run: Any) -> None:
    app = run("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n@dataclass\nclass B:\n    x: int")
    generated = guards.variables(app.A)["__eq__"]
    assert generated(app.A(1), app.A(1)) is True
    with pytest.raises(TypeError, match="for instances of the app's own classes"):
        generated(app.B(1), app.B(1))


def test_vars_of_an_instance_with_a_library_s_base_show_what_the_app_has_set(run: Any) -> None:
    app = run("class A(dict):\n    pass\na = A()\na.x = 1")
    assert guards.variables(app.a) == {"x": 1}


def test_vars_of_a_function_are_what_the_app_has_set_on_it(run: Any) -> None:
    assert guards.variables(run(OWN).plain) == {"note": 1}


@pytest.mark.parametrize("obj", [json, ModuleType("m"), logging.Handler(), json.JSONEncoder, 1, len])
def test_vars_of_a_library_s_objects_are_refused(obj: Any) -> None:
    with pytest.raises(TypeError, match="vars"):
        guards.variables(obj)


def test_an_app_sets_names_on_its_own_module_and_not_the_machine_s(run: Any) -> None:
    app = run(OWN)
    for name in ("later", "_later"):
        guards.write(app, name, 1)
        assert getattr(app, name) == guards.read(app, name) == 1
        guards.delete(app, name)
        assert not guards.has(app, name)
    for name in ("_getattr_", "_write_", "_abc_vaas_"):
        with pytest.raises(AttributeError, match="the name is the machine's own"):
            guards.write(app, name, 1)


@pytest.mark.parametrize("name", ["x", "_x", "dumps"])
def test_nothing_is_set_on_a_library_s_module(name: str) -> None:
    before = dict(vars(json))
    with pytest.raises(AttributeError, match="it is not the app's own"):
        guards.write(json, name, 1)
    assert vars(json) == before


def test_a_module_s_private_names_are_read_in_the_app_s_modules_alone(run: Any) -> None:
    app = run("_x = 1")
    assert guards.read(app, "_x") == 1
    with pytest.raises(AttributeError, match="names that begin with _"):
        guards.read(json, "_default_encoder")
    with pytest.raises(AttributeError, match="names that begin with _"):
        guards.read(app, "_getattr_")


# --- special methods


def special_of(obj: Any, name: str) -> Any:
    return guards.guarded_getattr(obj, name)


def test_a_super_of_a_library_s_object_gives_what_operators_give_and_no_more() -> None:
    kept = OrderedDict(a=1)
    assert special_of(super(OrderedDict, kept), "__len__")() == 1
    for name in ("__init__", "__setattr__", "__getattribute__", "__new__"):
        with pytest.raises(AttributeError, match="reaches under the language"):
            special_of(super(OrderedDict, kept), name)


def test_an_object_of_a_library_gives_what_operators_give_and_what_takes_a_name() -> None:
    handler = logging.Handler()
    assert special_of(handler, "__eq__")(handler)
    special_of(handler, "__setattr__")("level", 5)
    assert special_of(handler, "__getattribute__")("level") == 5
    for name in ("__init__", "__new__", "__init_subclass__"):
        with pytest.raises(AttributeError, match="reaches under the language"):
            special_of(handler, name)


def test_a_built_in_class_gives_its_special_methods_and_a_library_s_class_none() -> None:
    assert special_of(list, "__len__")([1, 2]) == 2
    assert special_of(dict, "__init__") is dict.__init__
    for cls, name in (
        (OrderedDict, "__init__"),
        (logging.Handler, "__init__"),
        (type, "__init__"),
        (super, "__init__"),
    ):
        with pytest.raises(AttributeError, match="reaches under the language"):
            special_of(cls, name)


@pytest.mark.parametrize("it", [len, json.dumps, "".join, json.JSONEncoder().encode, list[int], super(bool, True)])
def test_a_function_and_an_alias_give_no_special_method_that_changes_them(it: Any) -> None:
    for name in ("__init__", "__setattr__", "__init_subclass__"):
        with pytest.raises(AttributeError, match="reaches under the language"):
            special_of(it, name)


@pytest.mark.parametrize("name", ["__setattr__", "__delattr__", "__getattribute__"])
@pytest.mark.parametrize("target", ["_name", "f_back", "x"])
def test_a_special_method_that_takes_a_name_keeps_to_the_rules_of_names(run: Any, name: str, target: str) -> None:
    """From the class and from the instance; on an object of a library it is refused from the class."""
    app = run(OWN)
    handler = app.Q()
    handler.x, value = 1, (2,) * (name == "__setattr__")
    by_instance = special_of(handler, name)
    by_class = special_of(object, name)
    if target == "x":
        by_class(handler, target, *value)
        handler.x = 1
        by_instance(target, *value)
    else:
        for act in (lambda: by_class(handler, target, *value), lambda: by_instance(target, *value)):
            with pytest.raises(AttributeError, match="restricted code may not"):
                act()
    for other in (logging.Handler(), app.Q, json):
        with pytest.raises(TypeError, match=f"{name} is for instances of the app's own classes"):
            by_class(other, target, *value)


def test_the_annotations_of_the_app_s_own_are_a_copy(run: Any) -> None:
    cls = run("class A:\n    x: int = 1").A
    special_of(cls, "__annotations__")["y"] = str
    assert cls.__annotations__ == {"x": int}


def test_a_dict_list_or_set_that_describes_a_library_s_object_is_read_as_a_copy() -> None:
    names = special_of(json, "__all__")
    assert names == json.__all__
    assert names is not json.__all__
    fields = special_of(type("D", (), {"__dataclass_fields__": {"a": 1}}), "__dataclass_fields__")
    assert fields == {"a": 1}


def test_an_error_shows_no_traceback() -> None:
    with pytest.raises(ValueError, match="raised") as caught:
        raise ValueError("raised")
    assert caught.value.__traceback__ is not None
    assert special_of(caught.value, "__traceback__") is None


# --- what is remembered of a class is bounded


def test_of_a_class_a_bounded_number_of_names_is_remembered(run: Any) -> None:
    app = run(OWN)
    mark = mark_of(app.Own)
    assert mark is not None
    for number in range(REMEMBERED + 10):
        guards.write(app.own, f"x{number}", number)
        guards.write(app.own, f"_x{number}", number)
    assert len(mark.written) == len(mark.private) == REMEMBERED
    assert guards.read(app.own, f"_x{REMEMBERED + 9}") == REMEMBERED + 9


def test_of_the_classes_proven_a_bounded_number_is_remembered(run: Any) -> None:
    app = run("def make():\n    class Own: pass\n    return Own()")
    known: set[type] = set(range(REMEMBERED - 1))  # type: ignore[arg-type]
    for _ in range(3):
        assert guards.prove(app.make(), known, (), ("x",))
    assert len(known) == REMEMBERED


@pytest.mark.parametrize("names", [((), ("gi_frame",)), (("_name",), ()), ((), ("_name",))])
def test_a_class_is_not_proven_by_names_that_a_library_keeps(
    run: Any, names: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    known: set[type] = set()
    assert not guards.prove(run(OWN).Q(), known, *names)
    assert known == set()


def test_a_mark_that_no_machine_has_made_remembers_nothing() -> None:
    class Liar:
        __class__ = property(lambda self: Mark)  # type: ignore[assignment]
        private = written = frozenset({"_name", "f_back"})

    class Marked:
        _name = f_back = "secret"

    type.__setattr__(Marked, MARK, Liar())
    for name in ("_name", "f_back"):
        with pytest.raises(AttributeError, match="restricted code may not read"):
            guards.guarded_getattr(Marked(), name)
        with pytest.raises(AttributeError, match="restricted code may not set"):
            guards.guarded_write(Marked(), name)


def test_dir_shows_what_may_be_read(run: Any) -> None:
    own = run(OWN).own
    own.f_back = 1
    assert guards.names_of(own) == ["x"]


DESCRIBED: dict[str, Callable[[Any], Any]] = {
    "a class": lambda app: app.Own,
    "an instance": lambda app: app.own,
    "a function": lambda app: app.plain,
}


@pytest.mark.parametrize("of", DESCRIBED.values(), ids=DESCRIBED.keys())
@pytest.mark.parametrize(
    "name", sorted(rules.WRITABLE_DUNDERS | {"__len__", "__getattribute__", "__class__", "__dict__"})
)
def test_which_special_names_are_set_on_the_app_s_own(run: Any, of: Callable[[Any], Any], name: str) -> None:
    app = run(OWN)
    obj = of(app)
    is_class = isinstance(obj, type)
    allowed = (name == "__len__" and is_class) or (
        name in rules.WRITABLE_DUNDERS and not (is_class and name == "__module__")
    )
    if allowed:
        assert guards.guarded_write(obj, name) is obj
    else:
        with pytest.raises(AttributeError, match="it is the language's own"):
            guards.guarded_write(obj, name)


@pytest.mark.parametrize("name", sorted(rules.WRITABLE_DUNDERS))
def test_no_special_name_is_set_on_what_is_not_the_app_s(name: str) -> None:
    for obj in (json.dumps, json.JSONEncoder, ValueError(), json):
        with pytest.raises(AttributeError, match="restricted code may not set"):
            guards.guarded_write(obj, name)


def test_nothing_is_set_on_a_library_s_class_or_function() -> None:
    for obj in (json.JSONEncoder, json.dumps, len, list[int]):
        with pytest.raises(AttributeError, match="it is not the app's own"):
            guards.guarded_write(obj, "x")


def test_the_dict_of_an_object_is_what_vars_shows(run: Any) -> None:
    app = run("x = 1\n_y = 2\nclass Own:\n    def __init__(self): self.z = 3\nown = Own()")
    assert special_of(app.own, "__dict__") == {"z": 3}
    assert guards.variables(app).keys() == {"x", "Own", "own"}
    with pytest.raises(AttributeError, match="vars"):
        special_of(json, "__dict__")


def test_a_method_that_a_library_has_generated_is_for_the_class_s_own_instances(run: Any) -> None:
    app = run("import dataclasses\n@dataclasses.dataclass\nclass Data: x: int = 1\nclass Other: pass")
    made = app.Data()
    special_of(app.Data, "__init__")(made, 2)
    assert made.x == 2
    for other in (app.Other(), logging.Handler(), 1):
        with pytest.raises(TypeError, match="is for instances of the app's own classes"):
            special_of(app.Data, "__init__")(other, 2)
