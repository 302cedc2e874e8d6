# ruff: noqa: E501  (app code stands in one line)
"""Classes are made by statements and by calls alike: the same rules of names, marked as own before the app sees them."""

from __future__ import annotations

import asyncio
import codecs
import dataclasses
import functools
import logging
from types import GenericAlias
from typing import Any

import pytest

from vaas.core.restrict.ownership import MARK, is_own, mark_of

MAKERS = {
    "type": "type('Made', {bases}, {names})",
    "type of a class": "type(int)('Made', {bases}, {names})",
    "ABCMeta": "abc.ABCMeta('Made', {bases}, {names})",
    "type within a map": "list(map(type, ['Made'], [{bases}], [{names}]))[0]",
}


def made(run: Any, maker: str, names: str, bases: str = "()") -> Any:
    return run(f"import abc, asyncio, enum\nMade = {MAKERS[maker].format(bases=bases, names=names)}")


@pytest.mark.parametrize("maker", MAKERS)
def test_a_class_made_by_a_call_is_the_app_s_own(run: Any, maker: str) -> None:
    text = f"""
        import abc
        class Base:
            def __init_subclass__(cls, **kw): cls._known = kw
        Made = {MAKERS[maker].format(bases="(Base,)", names="{'_x': 1, '__len__': lambda self: self._x, 'up': lambda self: self._known}")}
        made = Made()
        RESULT = Made.__name__, Made.__qualname__, Made.__module__, len(made), made._x, made.up(), isinstance(made, Base)
        """
    assert run(text).RESULT == ("Made", "Made", "app", 1, 1, {}, True)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    "name",
    ["__class__", "__module__", "__annotations__", "__prepare__", "__subclasshook__", "__instancecheck__", "__mro_entries__", "__classcell__",
     "__orig_bases__", "__dict__", "_getattr_", "_abc_vaas_"],
)  # fmt: skip
def test_a_call_defines_no_name_that_a_statement_may_not(run: Any, maker: str, name: str) -> None:
    with pytest.raises(TypeError, match="may not give a class the name"):
        made(run, maker, f"{{{name!r}: 1}}")


@pytest.mark.parametrize("maker", MAKERS)
def test_a_namespace_or_a_name_that_lies_is_seen_as_what_it_is(run: Any, maker: str) -> None:
    lying = "type('D', (dict,), dict(__iter__=lambda self: iter([]), keys=lambda self: []))({'__class__': int})"
    assert "__class__" not in vars(made(run, maker, lying).Made)
    with pytest.raises(TypeError, match="may not give a class the name"):
        made(run, maker, "{type('S', (str,), {})('x'): 1}")


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("base", ["asyncio.TaskGroup", "enum.Enum('E', [], module='x', type=asyncio.TaskGroup)"])
def test_no_class_derives_from_one_that_holds_the_loop(run: Any, maker: str, base: str) -> None:
    with pytest.raises(TypeError, match="derives no class"):
        made(run, maker, "{}", bases=f"({base},)")
    with pytest.raises(TypeError, match="derives no class"):
        run(f"import asyncio, enum\nclass Made({base}): pass")


@pytest.mark.parametrize("base", ["property()", "len", "json", "(n for n in ())"])
def test_only_classes_are_bases(run: Any, base: str) -> None:
    with pytest.raises(TypeError, match="bases are classes"):
        run(f"import json\nclass Made({base}): pass")


@pytest.mark.parametrize(
    "slots", ["'__class__'", "['_abc_vaas_']", "iter(['__reduce_ex__'])", "{'_write_': ''}", "(S('x'),)"]
)
def test_a_slot_keeps_to_the_rules_of_names(run: Any, slots: str) -> None:
    with pytest.raises(TypeError, match="slot named"):
        run(f"class S(str): pass\nclass A:\n    __slots__ = {slots}")


def test_slots_are_python_s_in_every_form(run: Any) -> None:
    module = run(
        """
        class A:
            __slots__ = "one"
        class B(A):
            __slots__ = iter(["_two", "__three", "__weakref__"])
            def __init__(self): self.one, self._two, self.__three = 1, 2, 3
            def all(self): return self.one, self._two, self.__three
        class C(B):
            __slots__ = {"four": "What it is."}
        RESULT = B().all(), C.__slots__, hasattr(C(), "__dict__")
        """
    )
    assert module.RESULT == ((1, 2, 3), {"four": "What it is."}, False)


def test_a_class_is_own_already_when_its_bases_and_members_are_told_of_it(run: Any) -> None:
    module = run(
        """
        import abc, enum
        from typing import NamedTuple, Protocol, TypedDict
        class Named:
            def __set_name__(self, owner, name):
                owner._names = (*getattr(owner, "_names", ()), name)
        class Plugin:
            _all = []
            def __init_subclass__(cls, /, tag="", **kw):
                super().__init_subclass__(**kw)
                cls._tag = tag
                Plugin._all.append(cls._tag)
        class A(Plugin, tag="a"):
            x, y = Named(), Named()
        class B(Plugin, abc.ABC, tag="b"): pass
        class Colour(enum.Enum):
            RED = 1
            def _hex(self): return self._value_
            def hex(self): return self._hex()
        class Pair(NamedTuple):
            left: int
            right: int = 2
            def _sum(self): return self.left + self.right
        class Options(TypedDict, total=False):
            name: str
        class Sized(Protocol):
            def size(self) -> int: ...
        RESULT = A._names, Plugin._all, Colour.RED.hex(), Pair(1)._sum(), Options.__total__, Options(name="n")
        """
    )
    assert module.RESULT == (("x", "y"), ["a", "b"], 1, 3, False, {"name": "n"})


def test_an_enumeration_by_a_call_is_python_s_and_of_its_own_module(run: Any) -> None:
    module = run(
        """
        import enum, pickle
        A = enum.Enum("A", "ONE TWO")
        B = enum.IntFlag("B", [("X", 1), ("Y", 2)])
        C = enum.Enum("C", {"K": "k"}, type=str)
        D = enum.Enum("D", ["P", "Q"], start=5)
        RESULT = list(A.__members__), B.X | B.Y == 3, C.K.upper(), D.Q.value, {it.__module__ for it in (A, B, C, D)}, pickle.loads(pickle.dumps(A.TWO)) is A.TWO
        """
    )
    assert module.RESULT == (["ONE", "TWO"], True, "K", 6, {"app"}, True)  # noqa: SIM300


@pytest.mark.parametrize("lie", ["__class__", "__dict__"])
def test_what_an_object_is_and_holds_is_not_its_own_to_say(run: Any, lie: str) -> None:
    module = run(
        f"""
        class Liar:
            def __init__(self): self.x = 1
            def __getattribute__(self, name):
                return int if name in ({lie!r}, "said") else super().__getattribute__(name)
        class Sub(Liar): pass
        made = Sub()
        RESULT = made.said is int, made.x
        """
    )
    assert module.RESULT == (True, 1)
    assert getattr(module.made, lie) == {"__class__": module.Sub, "__dict__": {"x": 1}}[lie]


def test_a_class_is_not_taught_to_lie_later(run: Any) -> None:
    module = run("class A: pass\ndef teach(name): setattr(A, '__getattri' + name, lambda self, name: int)")
    with pytest.raises(AttributeError, match="language's own"):
        module.teach("bute__")
    with pytest.raises(TypeError, match="is a function"):
        run("class A:\n    __getattribute__ = len")


# --- bases of libraries

DERIVE = """
    def derive(base):
        class Made(base): pass
        return Made
    def own():
        class Own:
            def __getattr__(self, name): return name
        return Own
    """


class Forwarding:
    def __getattr__(self, name: str) -> str:
        return name


class Kind(type):
    """A library's metaclass, which looks at what it is given."""

    seen: list[set[str]] = []

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        if name == "Nothing":
            return 7
        cls.seen.append(set(namespace))
        return super().__new__(cls, name, bases, namespace)


class Base(metaclass=Kind):
    pass


@pytest.mark.parametrize("base", [codecs.StreamReader, super, GenericAlias], ids=lambda it: it.__name__)
def test_no_class_derives_from_one_of_python_s_that_passes_on_what_others_keep(run: Any, base: type) -> None:
    with pytest.raises(TypeError, match="passes on what other objects keep"):
        run(DERIVE).derive(base)


@pytest.mark.parametrize(
    ("base", "why"),
    [
        (dataclasses.Field, "dataclasses's Field: its name becomes code"),
        (functools.partialmethod, "functools's partialmethod: it asks other descriptors"),
        (asyncio.Queue, "asyncio.queues's Queue: "),
    ],
)
def test_a_final_class_is_refused_with_its_reason(run: Any, base: type, why: str) -> None:
    with pytest.raises(TypeError, match=f"derives no class from {why}"):
        run(DERIVE).derive(base)


@pytest.mark.parametrize(
    "base", [asyncio.QueueEmpty, dataclasses.FrozenInstanceError, functools.partial, logging.Handler]
)
def test_errors_of_a_final_module_and_other_classes_of_python_s_are_derived_from(run: Any, base: type) -> None:
    assert issubclass(run(DERIVE).derive(base), base)


def test_from_a_third_party_s_class_or_the_app_s_own_a_class_may_derive_though_it_passes_on(run: Any) -> None:
    app = run(DERIVE)
    assert app.derive(Forwarding)().anything == "anything"
    own = app.own()
    own.__module__ = "queue"  # an app's own file may have the name of one of Python's
    assert app.derive(own)().anything == "anything"


def test_a_class_of_a_library_s_metaclass_is_the_app_s_own_and_the_metaclass_sees_no_mark(run: Any) -> None:
    made = run(DERIVE).derive(Base)
    assert is_own(made)
    assert is_own(made())
    assert MARK not in Kind.seen[-1]


def test_the_one_metaclass_is_abcmeta_however_it_is_given(run: Any) -> None:
    app = run(
        """
        import abc
        def make(metaclass):
            class Made(**{"metaclass": metaclass}):
                @abc.abstractmethod
                def act(self): pass
            return Made
        def plain():
            class Made: pass
            return Made
        Abstract = make(abc.ABCMeta)
        """
    )
    assert type(app.plain()) is type
    with pytest.raises(TypeError, match="abstract"):
        app.Abstract()
    for other in (Kind, type, lambda *_: 1):
        with pytest.raises(TypeError, match="no metaclass but ABCMeta"):
            app.make(other)


def test_what_a_metaclass_gives_instead_of_a_class_is_given(run: Any) -> None:
    assert run("def derive(base):\n    class Nothing(base): pass\n    return Nothing").derive(Base) == 7


def test_a_class_has_the_mark_that_its_bases_have_seen(run: Any) -> None:
    seen: list[Any] = []
    app = run(
        "def derive(see):\n    class A:\n        def __init_subclass__(cls): see(cls)\n    class B(A): pass\n    return B"
    )
    made = app.derive(lambda cls: seen.append(mark_of(cls)))
    assert seen == [mark_of(made)]
    assert seen != [None]


def test_a_call_takes_exactly_a_name_and_a_tuple_of_bases(run: Any) -> None:
    app = run(
        "import abc\nclass S(str): pass\nclass T(tuple): pass\ndef make(name, bases): return abc.ABCMeta(name, bases, {})"
    )
    assert app.make("A", ()).__name__ == "A"
    for name, bases in ((app.S("A"), ()), ("A", app.T()), ("A", []), (b"A", ())):
        with pytest.raises(TypeError, match="a class is made of a name, a tuple of bases and a dict"):
            app.make(name, bases)


def test_classes_are_made_by_the_app_s_own_code_alone(run: Any) -> None:
    make = run("import abc\nmake = abc.ABCMeta").make
    with pytest.raises(TypeError, match="made by the app's own code"):
        make("A", (), {})


def test_metaclasses_that_do_not_go_together_are_named(run: Any) -> None:
    class Other(type):
        pass

    class OfOther(metaclass=Other):
        pass

    app = run("def derive(a, b):\n    class Made(a, b): pass\n    return Made")
    with pytest.raises(TypeError, match="metaclass conflict: neither Kind nor Other derives"):
        app.derive(Base, OfOther)
    assert type(app.derive(Forwarding, Base)) is type(app.derive(Base, Forwarding)) is Kind
