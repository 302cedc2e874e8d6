"""Which objects, and which of their private names, are the app's own."""

from __future__ import annotations

import json
import logging
import random
from collections import OrderedDict
from typing import Any

import pytest

from vaas.core.restrict.ownership import (
    MARK,
    REMEMBERED,
    Mark,
    class_behind,
    holds_own_alone,
    is_built_in,
    is_of_app,
    is_open,
    is_own,
    is_own_private,
    is_wholly_own,
    mark_of,
)

OWN = """
    import dataclasses, logging, random
    class Own: _x = 1
    class Sub(Own): pass
    class Q(logging.Handler): _name = "of the class"
    class R(random.Random):
        _randbelow = "of the class"
        def of_super(self): return super()
    class S(R): pass
    @dataclasses.dataclass
    class Data: x: int = 1
    def plain(): pass
    """


def test_the_app_s_own_are_its_classes_their_instances_and_its_functions(run: Any) -> None:
    app = run(OWN)
    assert all(map(is_own, (app.Own, app.Sub, app.Q, app.Own(), app.Q(), app.plain)))
    assert not any(map(is_own, (json, json.dumps, logging.Handler, logging.Handler(), len, 1, type, super)))


def test_a_function_that_a_library_has_generated_for_the_app_s_class_is_of_the_app_and_not_its_own(run: Any) -> None:
    generated = vars(run(OWN).Data)["__init__"]
    assert is_of_app(generated)
    assert not is_own(generated)
    assert not is_of_app(json.dumps)


def test_a_mark_is_only_what_this_floor_has_made() -> None:
    class Marked:
        pass

    type.__setattr__(Marked, MARK, "a mark")
    assert mark_of(Marked) is None
    type.__setattr__(Marked, MARK, Mark())
    assert isinstance(mark_of(Marked), Mark)


def test_what_says_that_it_is_a_mark_is_none() -> None:
    class Liar:
        __class__ = property(lambda self: Mark)  # type: ignore[assignment]

    class Marked:
        pass

    type.__setattr__(Marked, MARK, Liar())
    assert mark_of(Marked) is None


def test_what_says_that_it_is_a_function_is_asked_as_what_it_is(run: Any) -> None:
    class Liar:
        __class__ = property(lambda self: type(run))  # type: ignore[assignment]

    assert not is_own(Liar())
    type.__setattr__(Liar, MARK, Mark())
    assert is_own(Liar())


def test_a_mark_is_not_inherited(run: Any) -> None:
    class Sub(run(OWN).Own):  # type: ignore[misc]
        pass

    assert mark_of(Sub) is None


def test_a_type_of_the_interpreter_s_is_built_in_and_no_class_that_says_so() -> None:
    class Liar:
        pass

    Liar.__module__ = "builtins"
    assert is_built_in(int)
    assert is_built_in(OrderedDict) is (OrderedDict.__module__ == "builtins")
    assert not is_built_in(Liar)
    assert not is_built_in(json.JSONEncoder)


def test_the_class_behind_an_object_is_whose_names_it_shows() -> None:
    kept = OrderedDict()
    assert class_behind(kept) is class_behind(OrderedDict) is class_behind(super(OrderedDict, kept)) is OrderedDict
    assert class_behind(super(OrderedDict)) is super


# --- private names


def test_a_private_name_that_only_the_app_s_classes_have_is_its_own(run: Any) -> None:
    app = run(OWN)
    for it in (app.Own(), app.Own, app.Sub(), app.Sub):
        assert is_own_private(it, "_x")
        assert is_own_private(it, "_new")


def test_a_name_of_the_class_is_its_own_until_a_library_fills_it_in_the_instance(run: Any) -> None:
    app = run(OWN)
    assert is_own_private(app.Q, "_name")
    assert not is_own_private(app.Q(), "_name")
    assert not is_own_private(app.Q(), "_absent")


def test_super_sees_only_what_lies_behind_the_class_that_it_stands_in(run: Any) -> None:
    app = run(OWN)
    assert is_own_private(app.S(), "_randbelow")
    assert not is_own_private(app.S().of_super(), "_randbelow")
    assert not is_own_private(app.R().of_super(), "_randbelow")
    assert is_own_private(super(app.S, app.S()), "_randbelow")


def test_an_object_that_says_it_is_a_super_is_asked_as_what_it_is() -> None:
    class Liar(logging.Handler):
        __class__ = property(lambda self: super)  # type: ignore[assignment]
        _name = "of the class"

    type.__setattr__(Liar, MARK, Mark())
    assert not is_own_private(Liar(), "_name")
    assert class_behind(Liar()) is Liar


def test_a_name_that_a_base_has_too_is_judged_again_when_the_app_has_deleted_its_own(run: Any) -> None:
    class Theirs:
        _x = 1

    Theirs.__module__ = "third_party"
    made = run("def derive(base):\n    class Own(base): _x = 2\n    return Own").derive(Theirs)
    assert is_own_private(made(), "_x")
    del made._x
    assert not is_own_private(made(), "_x")


def test_a_name_that_no_library_has_is_remembered(run: Any) -> None:
    app = run(OWN)
    mark = mark_of(app.Own)
    assert mark is not None
    assert is_own_private(app.Own(), "_x")
    assert is_own_private(app.Own(), "_new")
    assert mark.private == {"_x", "_new"}


def test_nothing_private_of_a_library_s_object_is_the_app_s() -> None:
    for it in (random.Random(), random.Random, logging.Handler(), json):
        assert not is_own_private(it, "_x")


def test_a_bounded_number_of_private_names_is_remembered(run: Any) -> None:
    own = run(OWN).Own()
    assert all(is_own_private(own, f"_x{number}") for number in range(REMEMBERED + 5))
    mark = mark_of(type(own))
    assert mark is not None
    assert len(mark.private) == REMEMBERED == 1000


# --- classes with a library's base


@pytest.mark.parametrize("base", ["object", "Exception", "dict", "typing.Generic[T]", "enum.Enum", "abc.ABC"])
def test_a_class_whose_bases_keep_nothing_private_is_wholly_the_app_s(run: Any, base: str) -> None:
    app = run(f"import abc, enum, typing\nT = typing.TypeVar('T')\nclass A({base}): pass")
    assert is_wholly_own(app.A)


@pytest.mark.parametrize("base", [logging.Handler, random.Random])
def test_a_class_of_a_library_that_keeps_private_state_is_not_open(base: type) -> None:
    assert not is_open(base)
    assert not is_wholly_own(base)


def test_vaas_itself_keeps_private_state_and_a_third_party_s_class_is_its_user_s_affair() -> None:
    import msgspec

    from vaas.core.policy import Policy

    class Theirs:
        pass

    Theirs.__module__ = "third_party.module"
    assert is_open(Theirs)
    assert not is_open(type("Ours", (), {"__module__": "vaas.core.anything"}))
    assert is_open(msgspec.Struct)
    assert mark_of(Policy) is None


def test_only_a_marked_class_is_wholly_own_or_holds_its_own_alone(run: Any) -> None:
    app = run(OWN)
    assert is_wholly_own(app.Own)
    assert holds_own_alone(app.Own)
    assert not is_wholly_own(object)
    assert not holds_own_alone(object)
    assert not holds_own_alone(app.Q)
