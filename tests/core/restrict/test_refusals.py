# ruff: noqa: E501  (app code stands in one line)
"""What restricted code may not say is refused before it runs, all of it at once, with line, reason and remedy."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.policy import Policy
from vaas.core.restrict import rules
from vaas.core.restrict.compiler import transform
from vaas.core.restrict.transformer import AppTransformer
from vaas.core.restrict.violations import RestrictedSyntax
from vaas.core.virtual.checks.folder import Contents, check_folder, check_source


def rules_broken(text: str) -> list[str]:
    return [it.rule for it in check_source(text, "app.py")]


def test_every_violation_of_a_file_is_told_with_its_line_and_remedy() -> None:
    found = check_source("x = eval('1')\n\ny = x.__globals__\ndef _getattr_(): pass\n", "shop/app.py")
    assert [(it.line, it.rule) for it in found] == [
        (1, "absent-builtin"),
        (3, "special-attribute"),
        (4, "reserved-name"),
    ]
    assert str(found[0]) == (
        'shop/app.py:1: absent-builtin: restricted code has no eval(): do without it, or ask for code = "trusted" in vaas.toml'
    )


def test_the_error_has_all_violations_and_the_place_of_the_first(run: Any) -> None:
    with pytest.raises(RestrictedSyntax) as caught:
        run("x = 1\nexec('')\ninput()")
    assert [it.line for it in caught.value.violations] == [2, 3]
    assert (caught.value.filename, caught.value.lineno) == ("/app/app.py", 2)
    assert "app.py:3" in str(caught.value)


BINDERS = {
    "assignment": "{n} = 1",
    "annotated": "{n}: int = 1",
    "augmented": "{n} += 1",
    "unpacking": "(a, [{n}, *b]) = 1, (2,)",
    "starred": "*{n}, a = 1, 2",
    "function": "def {n}(): pass",
    "async function": "async def {n}(): pass",
    "class": "class {n}: pass",
    "argument": "def f({n}): pass",
    "position-only argument": "def f({n}, /): pass",
    "keyword-only argument": "def f(*, {n}): pass",
    "star argument": "def f(*{n}): pass",
    "double-star argument": "def f(**{n}): pass",
    "async argument": "async def f({n}=1): pass",
    "lambda": "lambda {n}: 1",
    "lambda star": "lambda *{n}: 1",
    "import": "import {n}",
    "import as": "import json as {n}",
    "from import": "from json import {n}",
    "from import as": "from json import dumps as {n}",
    "except": "try: pass\nexcept Exception as {n}: pass",
    "except star": "try: pass\nexcept* Exception as {n}: pass",
    "for": "for {n} in []: pass",
    "async for": "async def f():\n    async for {n} in x: pass",
    "with": "with open('x') as {n}: pass",
    "async with": "async def f():\n    async with x as {n}: pass",
    "comprehension": "[1 for {n} in []]",
    "walrus": "[{n} := 1 for i in (1,)]",
    "global": "def f():\n    global {n}",
    "nonlocal": "def f():\n    def g():\n        nonlocal {n}",
    "delete": "del {n}",
    "match capture": "match 1:\n    case {n}: pass",
    "match as": "match 1:\n    case int() as {n}: pass",
    "match star": "match 1:\n    case [*{n}]: pass",
    "match rest": "match 1:\n    case {{**{n}}}: pass",
    "match keyword": "match 1:\n    case object(x={n}): pass",
    "class body": "class A:\n    {n} = 1",
}
if sys.version_info >= (3, 12):
    BINDERS |= {
        "type parameter": "def f[{n}](): pass",
        "class type parameter": "class A[*{n}]: pass",
        "parameter specification": "class A[**{n}]: pass",
        "type alias": "type {n} = int",
    }
GUARDS = ["_getattr_", "_write_", "_pass_on_", "_Interrupted_", "_match_str_", "_anything_", "__builtins__", "__import__",
          "__build_class__", "__class__", "__dict__", "__module__", "__loader__"]  # fmt: skip


@pytest.mark.parametrize("binder", BINDERS.values(), ids=BINDERS.keys())
@pytest.mark.parametrize("name", GUARDS)
def test_no_binder_takes_a_name_of_the_machine_s(binder: str, name: str) -> None:
    text = binder.format(n=name)
    try:
        ast.parse(text)
    except SyntaxError:
        pytest.skip("not Python")
    assert rules_broken(text), text


@pytest.mark.parametrize("binder", BINDERS.values(), ids=BINDERS.keys())
@pytest.mark.parametrize("name", ["x", "_x", "__x"])
def test_every_binder_takes_an_ordinary_name(binder: str, name: str) -> None:
    assert rules_broken(binder.format(n=name)) == []


ATTRIBUTES = {
    "load": "x.{n}",
    "store": "x.{n} = 1",
    "delete": "del x.{n}",
    "augmented": "x.{n} += 1",
    "annotated": "x.{n}: int = 1",
    "for target": "for x.{n} in []: pass",
    "with target": "with x as x.{n}: pass",
    "unpacking": "a, x.{n} = 1, 2",
    "call": "x.{n}()",
    "f-string": "f'{{x.{n}}}'",
    "nested f-string": "f'{{1:{{x.{n}}}}}'",
    "decorator": "@x.{n}\ndef f(): pass",
    "default": "def f(a=x.{n}): pass",
    "base": "class A(x.{n}): pass",
    "class keyword": "class A(k=x.{n}): pass",
    "annotation": "def f(a: x.{n}): pass",
    "return annotation": "def f() -> x.{n}: pass",
    "string annotation": "a: 'x.{n}' = 1",
    "nested string annotation": "def f(a: 'list[x.{n}]'): pass",
    "match keyword": "match x:\n    case object({n}=y): pass",
    "match value": "match x:\n    case y.{n}: pass",
    "match key": "match x:\n    case {{y.{n}: 1}}: pass",
    "match class": "match x:\n    case y.{n}(): pass",
    "match guard": "match x:\n    case 1 if y.{n}: pass",
    "lambda": "lambda: x.{n}",
    "raise": "raise x from x.{n}",
    "assert": "assert 1, x.{n}",
    "await": "async def f(): await x.{n}",
}
LEADING = ["__globals__", "__closure__", "__subclasshook__", "__code__", "__base__", "__weakref__", "__loader__", "gi_frame", "f_back",
           "tb_frame", "cr_await", "co_code", "ag_frame"]  # fmt: skip


@pytest.mark.parametrize("where", ATTRIBUTES.values(), ids=ATTRIBUTES.keys())
@pytest.mark.parametrize("name", LEADING)
def test_no_expression_reaches_under_the_language(where: str, name: str) -> None:
    assert rules_broken(where.format(n=name)), where.format(n=name)


@pytest.mark.parametrize("where", ATTRIBUTES.values(), ids=ATTRIBUTES.keys())
def test_public_attributes_are_read_and_written_anywhere(where: str) -> None:
    assert rules_broken(where.format(n="name")) == []


@pytest.mark.parametrize("name", sorted(rules.ABSENT))
def test_an_absent_builtin_is_refused_wherever_it_is_read(name: str) -> None:
    assert rules_broken(f"e = {name}") == rules_broken(f"map({name}, [])") != []


def test_a_name_of_one_s_own_may_be_called_as_an_absent_builtin() -> None:
    assert rules_broken("from re import compile\ncompile('x')\nclass A:\n    def exec(self, input): return input") == []


def test_positional_patterns_are_for_built_in_types_alone() -> None:
    assert rules_broken("match x:\n    case str(y): pass") == []
    assert rules_broken("match x:\n    case Point(y): pass") == ["positional-pattern"]


def test_a_built_in_type_in_a_pattern_cannot_be_made_another_class(run: Any) -> None:
    module = run(
        """
        class str:
            __match_args__ = ("upper",)
        match "a":
            case str(y):
                SEEN = y
        """
    )
    assert module.SEEN == "a"


def test_unknown_syntax_is_refused() -> None:
    class Unheard(ast.stmt):
        _fields = ()

    tree = ast.parse("x = 1")
    tree.body.append(Unheard(lineno=2, col_offset=0))
    assert [it.rule for it in transform(tree, "app.py")] == ["unknown-syntax"]


def test_every_kind_of_node_of_this_python_has_a_rule_or_is_refused() -> None:
    known = {name.removeprefix("visit_") for name in dir(AppTransformer) if name.startswith("visit_")}
    abstract = {
        "AST",
        "mod",
        "stmt",
        "expr",
        "expr_context",
        "boolop",
        "operator",
        "unaryop",
        "cmpop",
        "pattern",
        "type_param",
        "excepthandler",
    }
    unused = {
        "FunctionType",
        "Suite",
        "Param",
        "AugLoad",
        "AugStore",
        "Index",
        "ExtSlice",
        "Num",
        "Str",
        "Bytes",
        "NameConstant",
        "Ellipsis",
        "slice",
        "type_ignore",
        "TypeIgnore",
    }
    nodes = {
        name
        for name, it in vars(ast).items()
        if isinstance(it, type) and issubclass(it, ast.AST) and not name.startswith("_")
    }
    assert nodes - abstract - unused - known == set()


@pytest.mark.parametrize(
    "text",
    [
        "class A(metaclass=M): pass",
        "class A(metaclass=x.Meta): pass",
        "class M(type): pass",
        "class M(B, enum.EnumMeta): pass",
        "class M(ABCMeta): pass",
    ],
)
def test_there_is_no_metaclass_and_the_refusal_says_why_and_what_else(text: str) -> None:
    (found,) = check_source(text, "app.py")
    assert found.rule == "metaclass"
    assert "where guards and libraries ask what they are" in found.why
    assert "use __init_subclass__, __set_name__ or a class decorator" in found.remedy


def test_abcmeta_and_bases_of_other_names_are_no_metaclasses() -> None:
    assert (
        rules_broken("class A(metaclass=ABCMeta): pass\nclass B(metaclass=abc.ABCMeta): pass\nclass C(types.x): pass")
        == []
    )


@given(st.text(st.sampled_from("abc_.()[]{}:=\"'\n +,*@"), max_size=60))
def test_checking_never_fails_on_any_text(text: str) -> None:
    check_source(text, "app.py")


def folder(tmp_path: Path, **files: str) -> str:
    for name, text in files.items():
        path = tmp_path / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(tmp_path)


def test_a_folder_s_denied_imports_are_found_without_running_it(tmp_path: Path) -> None:
    place = folder(
        tmp_path,
        app="import json\nimport vaas\nimport sqlite3, models\nraise SystemExit",
        models="def late():\n    from ctypes import CDLL\n    return eval('1')",
        broken="x = (",
        _vendor__lib="import ctypes\neval('1')",
    )
    found = check_folder(place, Policy(), Contents(("vaas",)))
    assert [(it.file, it.line, it.rule) for it in found] == [
        ("app.py", 3, "denied-import"), ("broken.py", 1, "syntax"), ("models.py", 2, "denied-import"), ("models.py", 3, "absent-builtin"),
    ]  # fmt: skip
    assert 'modules = ["sqlite3"]' in found[0].remedy
    assert 'code = "trusted"' in found[2].remedy


def test_trusted_code_may_import_and_say_what_python_has(tmp_path: Path) -> None:
    place = folder(tmp_path, app="import ctypes\neval('1')", other="import sqlite3")
    assert check_folder(place, Policy(code="trusted")) == []


DISPENSABLE = {
    "for type checkers": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sqlite3",
    "optional": "try:\n    import ctypes\nexcept ImportError:\n    ctypes = None",
    "optional, by a tuple": "try:\n    import ctypes\nexcept (OSError, ModuleNotFoundError):\n    ctypes = None",
    "optional, in a function of a try": "try:\n    with x:\n        import ctypes\nexcept Exception:\n    pass",
    "suppressed": "import contextlib\nwith contextlib.suppress(ImportError):\n    import ctypes",
    "the fallback of what is there": "try:\n    import json\nexcept ImportError:\n    import ctypes",
    "the fallback of a fallback": "try:\n    import ctypes\nexcept ImportError:\n    try:\n        import json\n    except ImportError:\n        import pdb",
    "what follows an optional one": "try:\n    import ctypes\nexcept ImportError:\n    pass\nelse:\n    import ctypes.util",
    "an older Python's": "import sys\nif sys.version_info >= (3, 11):\n    import json\nelse:\n    import ctypes",
    "a newer Python's": "import sys\nif sys.version_info >= (4,):\n    import ctypes",
}
NEEDED = {
    "the fallback of what is not there": "try:\n    import ctypes\nexcept ImportError:\n    import pdb",
    "for another error": "try:\n    import ctypes\nexcept ImportError:\n    x = 1\nexcept (OSError, ValueError):\n    import pdb",
    "in a try of another error": "try:\n    pass\n    x = 1\n    import pdb\nexcept OSError:\n    pass",
    "in the end": "try:\n    import ctypes\nexcept ImportError:\n    pass\nfinally:\n    import pdb",
    "else than for type checkers": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    x = 1\nelse:\n    import pdb",
    "this Python's": "import sys\nif sys.version_info < (3, 11):\n    x = 1\nelse:\n    import pdb",
    "who knows": "import sys\nif sys.version_info[0] == 2 or sys.argv:\n    x = 1\n    x = 2\n    import pdb",
}


@pytest.mark.parametrize("text", DISPENSABLE.values(), ids=DISPENSABLE.keys())
def test_imports_that_the_app_can_do_without_are_no_violations(tmp_path: Path, text: str) -> None:
    assert check_folder(folder(tmp_path, app=text), Policy()) == []


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED.keys())
def test_an_import_that_must_succeed_is_one(tmp_path: Path, text: str) -> None:
    line = text[: text.index("import pdb")].count("\n") + 1
    found = check_folder(folder(tmp_path, app=text), Policy())
    assert [(it.line, it.rule) for it in found] == [(line, "denied-import")]


@pytest.mark.parametrize("text", [it for it in DISPENSABLE.values() if "with x" not in it])
def test_what_is_no_violation_runs(run: Any, text: str) -> None:
    run(text)
