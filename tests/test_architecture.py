"""What import-linter cannot say: which files fork, which one names concrete stores, and that no two rooms import each
other."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = {str(path.relative_to(ROOT)): path for top in ("vaas", "cli/vaas_cli") for path in (ROOT / top).rglob("*.py")}

FORKS = {"fork", "forkpty"}
STORES = {
    "vaas.platform.store.sqlite",
    "vaas.platform.store.memory",
    "vaas.platform.bundles.folder",
    "vaas.platform.bundles.memory",
}


def names_used(tree: ast.AST, module: str) -> Iterator[str]:
    """Every ``module.NAME``, and every name imported from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == module:
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == module:
            yield from (alias.name for alias in node.names)


def modules_imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def trees() -> dict[str, ast.AST]:
    return {name: ast.parse(path.read_text()) for name, path in SOURCES.items()}


def files_where(matches: Callable[[ast.AST], object]) -> set[str]:
    return {name for name, tree in trees().items() if matches(tree)}


def test_only_the_zygote_forks():
    assert files_where(lambda tree: FORKS & set(names_used(tree, "os"))) == {
        "vaas/core/host/prefork.py",
        "vaas/core/host/broker_fork.py",
        "vaas/core/confine/root_folder.py",  # a child that tries whether anything can be mounted, and ends
    }
    for forks in ("vaas.core.host.prefork", "vaas.core.host.broker_fork"):
        assert files_where(lambda tree, it=forks: it in set(modules_imported(tree))) == {"vaas/core/host/zygote.py"}


def test_nothing_uses_multiprocessing():
    assert files_where(lambda tree: "multiprocessing" in set(modules_imported(tree))) == set()


def test_only_the_composition_root_names_concrete_stores():
    assert files_where(lambda tree: STORES & set(modules_imported(tree))) == {"vaas/platform/node/bootstrap.py"}


PRINTING = {
    "click": {"echo", "secho", "style", "confirm", "prompt", "pause", "progressbar", "echo_via_pager", "edit"},
    "sys": {"stdout", "stderr", "__stdout__", "__stderr__"},
    "os": {"write"},
}
"""What writes to a terminal, or may say that a text is fit for one."""


def writes_to_a_terminal(tree: ast.AST) -> bool:
    by_name = any(names & set(names_used(tree, module)) for module, names in PRINTING.items())
    modules = {name.partition(".")[0] for name in modules_imported(tree)}
    called = {it.func.id for it in ast.walk(tree) if isinstance(it, ast.Call) and isinstance(it.func, ast.Name)}
    return by_name or "rich" in modules or bool({"print", "Styled"} & called)


def test_the_command_line_prints_through_one_module():
    """Which spells out all that is foreign: ``vaas/core/printable.py``."""
    assert {name for name in files_where(writes_to_a_terminal) if name.startswith("cli/")} == {
        "cli/vaas_cli/output.py",
        "cli/vaas_cli/styled.py",
        "cli/vaas_cli/commands/run.py",  # passes on what a program writes, byte for byte
    }
    run = trees()["cli/vaas_cli/commands/run.py"]
    assert set(names_used(run, "sys")) == {"stdin", "stdout", "stderr"}
    assert set(names_used(run, "click")) & PRINTING["click"] == set()


@pytest.mark.parametrize(
    "code",
    [
        "import click\nclick.echo(x)",
        "from click import secho",
        "print(x)",
        "import sys\nsys.stdout.write(x)",
        "from sys import stderr",
        "from rich.console import Console",
        "import os\nos.write(1, x)",
        "from vaas_cli.styled import Styled\nput(Styled(x))",
    ],
)
def test_each_way_around_that_module_is_seen(code):
    assert writes_to_a_terminal(ast.parse(code))


@pytest.mark.untraced  # what counts branches imports sqlite3
def test_a_host_needs_nothing_of_the_platform():
    """What the zygote imports, seen in a process of its own: no store, no server, no client."""
    code = (
        "import sys, vaas.core.host.zygote, vaas.framework.serving.service, vaas.framework.foreign.entries\n"
        "print(*[name for name in sys.modules if name.split('.')[0] in {'uvicorn', 'httptools', 'sqlite3', 'httpx'}"
        " or name.startswith('vaas.platform')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


# --- rooms: packages, and the modules that lie in a package beside its subpackages


class Import(NamedTuple):
    importer: str
    imported: str
    line: int


def module_of(path: str) -> str:
    parts = Path(path).with_suffix("").parts
    return ".".join(parts[parts[0] == "cli" : -1 if parts[-1] == "__init__" else None])


MODULES = {module_of(name): path for name, path in SOURCES.items() if not name.endswith("__main__.py")}
"""By dotted name. ``__main__`` is a program: what it starts may lie above it, and nothing imports it."""
PACKAGES = {name for name, path in MODULES.items() if path.name == "__init__.py"}


def imports_in(module: str, source: str) -> Iterator[Import]:
    """What a module imports of ours, in functions and for types, too."""
    for node in ast.walk(ast.parse(source)):
        for name in modules_imported(node) if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if name in MODULES and name != module:
                yield Import(module, name, node.lineno)


def rooms_of(one: Import) -> tuple[str, str]:
    """The two children of the nearest package around both: ``vaas.core.pool`` and ``vaas.core.wire``."""
    ours, theirs = one.importer.split("."), one.imported.split(".")
    shared = next(
        (at for at, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(map(len, (ours, theirs)))
    )
    return ".".join(ours[: shared + 1]), ".".join(theirs[: shared + 1])


def two_way_imports(imports: list[Import]) -> dict[tuple[str, str], list[Import]]:
    """Pairs of rooms that import each other, at least one of them a package, and by which lines."""
    between: dict[tuple[str, str], list[Import]] = defaultdict(list)
    for one in imports:
        between[rooms_of(one)].append(one)
    pairs = [pair for pair in between if pair[0] < pair[1] and pair[::-1] in between]
    return {(a, b): between[a, b] + between[b, a] for a, b in pairs if PACKAGES & {a, b}}


def test_no_two_rooms_import_each_other():
    imports = [one for name, path in MODULES.items() for one in imports_in(name, path.read_text())]
    found = two_way_imports(imports)
    told = [
        f"{a} <-> {b}"
        + "".join(f"\n    {MODULES[one.importer].relative_to(ROOT)}:{one.line} imports {one.imported}" for one in lines)
        for (a, b), lines in found.items()
    ]
    assert not told, f"{len(told)} two-way imports:\n" + "\n".join(told)


def test_a_two_way_import_is_seen_wherever_it_is_written():
    """The test above, tried: at the top, for types, in a function, of a module by its package, up and down."""
    upper, lower = "vaas.core.broker.process", "vaas.core.confine.apply"
    for back in (
        "from vaas.core.broker.process import run",
        "import vaas.core.broker.process",
        "from vaas.core.broker import process",
        "if TYPE_CHECKING:\n    from vaas.core.broker.process import run",
        "def later():\n    from vaas.core.broker.process import run",
    ):
        imports = [*imports_in(upper, "from vaas.core.confine.apply import apply"), *imports_in(lower, back)]
        assert [*two_way_imports(imports)] == [("vaas.core.broker", "vaas.core.confine")]
    inside = [
        *imports_in("vaas.core.service", "import vaas.core.wire.codec"),
        *imports_in("vaas.core.wire.codec", "import vaas.core.service"),
    ]
    assert [*two_way_imports(inside)] == [("vaas.core.service", "vaas.core.wire")]


def test_the_core_does_not_know_what_a_websocket_is_called():
    files = [path for path in (ROOT / "vaas/core").rglob("*") if path.suffix in {".py", ".md", ".toml", ".txt"}]
    assert [
        str(path.relative_to(ROOT)) for path in files if re.search(r"\bws\b", path.read_text(), re.IGNORECASE)
    ] == []


# --- patterns: ``$`` also matches before a line feed at the end, so that "shop\n" would pass for a name


def patterns_in(tree: ast.AST) -> Iterator[tuple[int, str, bool]]:
    """Line, text and whether ``$`` means the end of each line, of every pattern that is written out; what is put into
    it counts as a letter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = {word.arg: word.value for word in node.keywords}
            of_re = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in ("re", "regex")
            written = node.args[0] if of_re and node.args else named.get("pattern", named.get("regex"))
            text = written_out(written)
            if text is not None:
                flags = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                yield node.lineno, text, bool({"MULTILINE", "M"} & flags)


def written_out(node: ast.AST | None) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(data)):
            return data.decode("latin-1")
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in parts)
        case ast.BinOp(left=left, right=right, op=ast.Add()):
            return (written_out(left) or "x") + (written_out(right) or "x")
    return None


def ends_before_a_line_feed(text: str) -> bool:
    """Whether there is a ``$`` in it that stands for the end."""
    plain = re.sub(r"\\.", "", text, flags=re.DOTALL)
    return "$" in re.sub(r"\[\^?\]?[^\]]*\]", "", plain)


def test_no_pattern_ends_before_a_line_feed():
    found = [
        f"{name}:{line}: {text}"
        for name, tree in trees().items()
        for line, text, by_line in patterns_in(tree)
        if not by_line and ends_before_a_line_feed(text)
    ]
    assert not found, "write \\Z, or use fullmatch:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "re.compile(r'^[a-z]+$')",
        "re.match('a$', text)",
        "re.search(f'{A}(/|$)', text)",
        "re.fullmatch(rb'a|b$', data)",
        "Meta(pattern=r'^a$')",
        "re.compile('a' + B + '$')",
    ],
)
def test_a_pattern_that_ends_before_a_line_feed_is_seen_wherever_it_is_written(source: str):
    [(_, text, by_line)] = patterns_in(ast.parse(source))
    assert ends_before_a_line_feed(text)
    assert not by_line


@pytest.mark.parametrize("text", [r"a\$", "[$]", r"[^\]$]", r"\Aa\Z", r"[]$]"])
def test_a_dollar_sign_in_a_pattern_is_no_end(text: str):
    assert not ends_before_a_line_feed(text)
