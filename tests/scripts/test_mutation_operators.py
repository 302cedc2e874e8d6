"""What the mutator changes, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.mutation.candidates import candidates, is_another
from scripts.mutation.mutant import Central, Mutant

MODULE = Central("some/module", "some/module.py", ("tests/some",))


def mutants(source: str) -> list[Mutant]:
    return candidates(MODULE, source)


def texts(source: str) -> set[str]:
    return {mutant.apply(source) for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a < b", {"(a <= b)", "(a >= b)"}),
        ("a >= b", {"(a > b)", "(a < b)"}),
        ("a.time() - b > c", {"(a.time() - b <= c)", "(a.time() + b) > c"}),
        ("a == b", {"(a != b)"}),
        ("a is b", {"(a is not b)"}),
        ("a not in b", {"(a in b)"}),
        ("type(a) is b", {"(type(a) is not b)", "(isinstance(a, b))"}),
        ("type(a) is not b", {"(type(a) is b)", "(not isinstance(a, b))"}),
        ("type(a) is FunctionType", {"(type(a) is not FunctionType)"}),
        ("a and b", {"(a or b)"}),
        ("not a", {"a"}),
        ("not (a or b)", {"(a or b)", "not ((a and b))"}),
        ("a + b", {"(a - b)"}),
        ("a[3]", {"a[(4)]", "a[(2)]"}),
        ("a[300]", {"a[600]", "a[150]"}),
        ("a[0.5]", {"a[1.0]", "a[0.25]"}),
        ("a[True]", {"a[False]"}),
        ("a.b = c", {"pass"}),
        ("a()", {"pass"}),
        ("a += b", {"a -= b", "pass"}),
        ("raise a", {"pass"}),
        ("a(b, c=d)", {"pass", "a(b)"}),
        ("for a in b: break", {"for a in b: continue"}),
        ("if a: b", {"if False: b", "if True: b"}),
        ("while a: b", {"while False: b"}),
        ("def a(): return b", {"def a(): return None"}),
    ],
)
def test_each_operator_changes_one_thing(source: str, changed: set[str]):
    assert texts(source) == changed


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring of 3 words."""',
        "import a",
        "if TYPE_CHECKING:\n    a = 1",
        'if __name__ == "__main__":\n    a()',
        "__all__ = [1]",
        "a: Literal[1]",
        "def a(b: Literal[1]) -> Literal[2]: ...",
        "@a(1)\ndef b(): ...",
        "class A(b, frozen=True): ...",
        "def __repr__(self):\n    return self.a + 1",
        'log.warning("%s", a + 1)',
        'f"{a + 1}"',
        "assert a < b",
        "match a:\n    case 1: ...",
    ],
)
def test_what_only_people_and_type_checkers_read_is_left_alone(source: str):
    assert mutants(source) == []


def test_an_error_may_be_removed_but_its_words_are_left_alone():
    assert texts("raise A(most=3 + 4)") == {"pass"}


def test_an_attribute_s_first_value_is_not_left_out():
    source = "class A:\n    def __init__(self):\n        self.a = b\n    def c(self):\n        self.a = b\n"
    assert [mutant.line for mutant in mutants(source)] == [5]


def test_what_stands_around_a_change_stays_as_it_is():
    source = "a = (  # why ä\n    b <\n    c\n)\n"
    assert texts(source) == {"a = (  # why ä\n    (b <= c)\n)\n", "a = (  # why ä\n    (b >= c)\n)\n"}


def test_a_default_belongs_to_the_import_and_a_body_to_the_call():
    found = mutants("def a(b=1):\n    return c(2)\n")
    assert {(mutant.before, mutant.in_function) for mutant in found} >= {("1", False), ("2", True)}


@pytest.mark.parametrize("after", ["a < b", "(a < b)", "a <"])
def test_what_is_the_same_again_or_does_not_compile_is_no_mutant(after: str):
    mutant = replace(mutants("a < b")[0], after=after)
    assert not is_another(mutant, "a < b")
