"""What is drawn of the central modules, and which tests are run for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.mutants import outcome
from scripts.mutation.candidates import candidates
from scripts.mutation.central import central_modules, is_equivalent, known_equivalents
from scripts.mutation.jobs import ROOT
from scripts.mutation.mutant import Central, Mutant
from scripts.mutation.reach import Reach
from scripts.mutation.report import share, survivors
from scripts.mutation.sample import draw

CENTRAL = [module for module in central_modules() if (ROOT / module.path).exists()]
SOURCES = {module.path: (ROOT / module.path).read_text() for module in CENTRAL}
MODULE = Central("some/module", "some/module.py", ("tests/near",), ("tests/far/test_far.py",))
SOURCE = "A = 1\n\ndef f(a):\n    if a < 1:\n        return (\n            g(a))\n"

modules = st.sampled_from(CENTRAL)
seeds = st.integers(0, 1000)


@given(modules, seeds)
@settings(max_examples=20, deadline=None)
def test_a_seed_always_draws_the_same(module: Central, seed: int):
    assert draw(module, SOURCES[module.path], 4, seed) == draw(module, SOURCES[module.path], 4, seed)


@given(modules, seeds)
@settings(max_examples=20, deadline=None)
def test_every_mutant_of_a_central_module_compiles_and_differs_in_its_place_alone(module: Central, seed: int):
    source = SOURCES[module.path]
    for mutant in draw(module, source, 4, seed):
        text = mutant.apply(source)
        compile(text, "<mutant>", "exec")
        data = source.encode()
        assert text != source
        assert text.encode().startswith(data[: mutant.start])
        assert text.encode().endswith(data[mutant.end :])


def test_other_seeds_draw_others():
    module = CENTRAL[0]
    assert len({tuple(draw(module, SOURCES[module.path], 8, seed)) for seed in range(5)}) == 5


def test_every_line_is_drawn_once_before_any_is_drawn_twice():
    module = CENTRAL[0]
    lines = {mutant.line for mutant in candidates(module, SOURCES[module.path])}
    drawn = [mutant.line for mutant in draw(module, SOURCES[module.path], len(lines) // 2, 1)]
    assert len(set(drawn)) == len(drawn)


def test_every_central_module_exists_where_central_toml_says():
    assert [module.path for module in central_modules() if module not in CENTRAL] == []


def test_every_central_module_has_tests_that_exist():
    assert [module.name for module in CENTRAL if not any((ROOT / path).exists() for path in module.tests)] == []


def test_a_module_is_found_by_its_name_its_path_or_its_folder():
    assert [each.name for each in central_modules(["pool/pool"])] == ["pool/pool"]
    assert [each.name for each in central_modules([CENTRAL[0].path])] == [CENTRAL[0].name]
    assert {each.name.partition("/")[0] for each in central_modules(["pool"])} == {"pool"}


def test_an_unknown_module_is_refused_with_the_known_ones():
    with pytest.raises(LookupError, match="pool/pool"):
        central_modules(["nothing"])


def test_every_known_equivalent_still_is_a_mutant_of_its_module():
    every = {
        (mutant.module, function, mutant.code, mutant.operator)
        for module in CENTRAL
        for mutant in candidates(module, SOURCES[module.path])
        for function in ("", mutant.function)
    }
    assert known_equivalents() <= every


def mutant_of(line: int) -> Mutant:
    return next(mutant for mutant in candidates(MODULE, SOURCE) if mutant.line == line)


def passed(test: str, seconds: float = 1.0) -> dict[str, Any]:
    return {"test": test, "when": "call", "outcome": "passed", "seconds": seconds}


def reached(lines: dict[str, list[str]]) -> dict[str, Any]:
    return {"file": "/copy/some/module.py", "lines": lines}


A, B, FAR = "tests/near/test_a.py::a", "tests/near/test_b.py::b", "tests/far/test_far.py::far"


def reach(lines: dict[str, list[str]], *tests: dict[str, Any]) -> Reach:
    found = Reach()
    found.learn([*tests, reached(lines)], "/copy")
    return found


def test_only_tests_that_reach_the_line_are_run_the_quickest_first():
    found = reach({"4": [f"test {A}", f"test {B}"], "5": [f"test {A}"]}, passed(A, 2.0), passed(B, 1.0))
    assert found.select(mutant_of(4), MODULE) == [B, A]
    assert found.select(mutant_of(5), MODULE) == [A]


def test_tests_that_run_it_in_another_process_come_last():
    found = reach({"4": [f"test {A}"]}, passed(A, 2.0), passed(FAR, 0.1))
    assert found.select(mutant_of(4), MODULE) == [A, FAR]


def test_what_is_set_up_for_one_test_may_serve_all_of_its_file():
    other = A.replace("::a", "::other")
    found = reach({"4": [f"setup {A}"]}, passed(A), passed(other), passed(B))
    assert set(found.select(mutant_of(4), MODULE)) == {A, other}


def test_a_constant_of_the_module_concerns_every_test_that_uses_the_module():
    found = reach({"1": ["import"], "4": [f"test {A}"], "5": [f"test {B}"]}, passed(A), passed(B))
    assert set(found.select(mutant_of(1), MODULE)) == {A, B}


def test_what_an_import_runs_concerns_the_tests_that_only_read_what_it_has_made():
    found = reach({"4": ["import", f"test {B}"]}, passed(A, 1.0), passed(B, 2.0))
    assert found.select(mutant_of(4), MODULE) == [B, A]


def test_a_test_that_fails_without_a_mutant_says_nothing():
    found = reach({"4": [f"test {A}"]}, {**passed(A), "outcome": "failed"})
    assert found.failed == {A}
    assert found.select(mutant_of(4), MODULE) == []


def answer(code: int | None, *records: dict[str, Any], tail: str = "") -> dict[str, Any]:
    return {"code": code, "seconds": 1.0, "records": list(records), "tail": tail}


def test_a_mutant_that_all_tests_pass_has_survived_and_is_printed():
    told = outcome(mutant_of(4), [A, B], answer(0))
    assert told.state == "survived"
    assert survivors([told]) == ["some/module.py:4  [condition to False]  a < 1  ->  False  (2 tests pass)"]


def test_a_mutant_that_a_test_fails_with_is_killed_by_that_test():
    told = outcome(mutant_of(4), [A], answer(1, {"begun": A}, {**passed(A), "outcome": "failed"}))
    assert (told.state, told.by) == ("killed", A)


@pytest.mark.parametrize("given", [answer(None, {"begun": A}), answer(1, {"begun": A}, tail="Timeout (0:00:08)!")])
def test_a_mutant_that_hangs_is_killed_too(given: dict[str, Any]):
    told = outcome(mutant_of(4), [A], given)
    assert (told.state, told.by) == ("hung", A)
    assert share([told]) == 1.0


def test_known_equivalents_are_not_counted():
    mutant = mutant_of(4)
    assert is_equivalent(mutant, frozenset({("some/module", "", "if a < 1:", "condition to False")}))
    assert is_equivalent(mutant, frozenset({("some/module", mutant.function, "if a < 1:", "condition to False")}))
    assert not is_equivalent(mutant, frozenset({("some/module", "other", "if a < 1:", "condition to False")}))
    assert not is_equivalent(mutant, frozenset({("some/module", "", "if a < 1:", "Lt to GtE")}))
