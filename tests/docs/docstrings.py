"""What docstrings and comments name: files, rooms, classes, ``module.NAME``, and who is said to use a module.

``Source`` is one file: what it says and what it has. ``Tree`` knows them all, and what a name in one of them means.
Used by ``test_docstrings.py``.
"""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

_FILE = re.compile(r"(?<![\w./…*-])((?:[\w-]+/)*[\w-]+\.py)\b(?![./*])")
_ROOM = re.compile(r"`((?:(?:vaas|cli|tests|docs|scripts|benchmarks|examples|core|framework|platform)/)[\w/-]+)`")
_CLASS = re.compile(r"``(_?[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\.(\w+))?(?:\(\))?``")
_BARE_CLASS = re.compile(r"(?<![\w.`/*-])([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?![\w`/-])")
_MEMBER = re.compile(r"``(_?[a-z]\w*)\.(_?[A-Za-z]\w*)(?:\(\))?``")
_VERBS = (
    "asked|belongs|built|called|caught|checked|committed|filled|followed|forked|judged|kept|made|opened|performed|read"
    "|received|run|sent|set|shared|started|thrown|used|watched|written"
)
_USER = re.compile(
    rf"(?:\A\W*|[.;,]\s+|\band )(?:{_VERBS})(?: \w+)? by (.*?)(?:\.\s|\.\Z|\.\"|[;:(]|\Z)", re.DOTALL | re.IGNORECASE
)
_COMMAND = re.compile(r"``([a-z]+)``")


class Said(NamedTuple):
    """One docstring or one comment."""

    line: int
    text: str


class Named(NamedTuple):
    """Something that a text names, the line that does, and the member of it that is meant, if one is."""

    line: int
    name: str
    member: str = ""


class Source:
    """One Python file."""

    def __init__(self, path: Path, module: str) -> None:
        self.path = path
        self.module = module
        self.text = path.read_text()
        self.tree = ast.parse(self.text)
        self.nodes = list(ast.walk(self.tree))

    @cached_property
    def said(self) -> list[Said]:
        return [*self._docstrings(), *self._comments()]

    @cached_property
    def imported(self) -> set[str]:
        """Every module that it imports anywhere, or names in a string by its dotted name, as lazy tables do."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"\b(?:vaas|vaas_cli)(?:\.\w+)+", node.value))
        return found

    @cached_property
    def bound(self) -> dict[str, str]:
        """Its names for what it imports from packages, and the dotted names of that."""
        return {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in self.nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def top(self) -> set[str]:
        """The names that its module has."""
        return _bound_by(self.tree.body)

    @cached_property
    def identifiers(self) -> set[str]:
        """Every name that its code uses or makes."""
        values = [
            getattr(node, field, None) for node in self.nodes for field in ("id", "attr", "name", "asname", "arg")
        ]
        return {part for value in values if isinstance(value, str) for part in value.split(".")}

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self.nodes if isinstance(node, ast.ClassDef)}

    def _docstrings(self) -> Iterator[Said]:
        lines = self.text.splitlines()
        for node in self.nodes:
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield Said(node.lineno, "\n".join(lines[node.lineno - 1 : node.end_lineno]))

    def _comments(self) -> Iterator[Said]:
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield Said(token.start[0], token.string)


class Tree:
    """The files of the product."""

    def __init__(self, root: Path) -> None:
        self.root = root
        paths = [path for top in ("vaas", "cli/vaas_cli") for path in sorted((root / top).rglob("*.py"))]
        self.sources = [Source(path, self._module(path)) for path in paths]
        self.by_module = {source.module: source for source in self.sources}
        self.identifiers = {*vars(builtins)}.union(*(source.identifiers for source in self.sources))
        self.classes = {name: node for source in self.sources for name, node in source.classes.items()}

    def each(self) -> Iterator[tuple[Source, Said]]:
        for source in self.sources:
            for said in source.said:
                yield source, said

    def place(self, source: Source, named: Named) -> str:
        return f"{source.path.relative_to(self.root)}:{named.line}"

    def file(self, source: Source, name: str) -> Path | None:
        """What is meant by a path: beside the file or in a room around it, below ``vaas``, or from the root."""
        around = [folder for folder in source.path.parents if folder.is_relative_to(self.root)]
        places = [*around, self.root / "vaas"]
        return next((found for place in places if (found := place / name).exists()), None)

    def user(self, source: Source, name: str) -> Source | None:
        """The file that is said to use this one; ``deploy`` in the command line is the command's."""
        file = self.file(source, name if name.endswith(".py") else f"commands/{name}.py")
        return None if file is None else self.by_module.get(self._module(file))

    def module(self, source: Source, name: str) -> Source | None:
        """The module of ours by that name: what the file binds to it, or one beside the file."""
        if name in source.bound:
            return self.by_module.get(source.bound[name])
        if name in source.identifiers:
            return None
        return self.by_module.get(f"{self._module(source.path.parent / '__init__.py')}.{name}")

    def members(self, name: str) -> set[str] | None:
        """The names that a class of ours has, its bases' too; None if it, or a base of it, is not ours."""
        if name not in self.classes:
            return None
        node = self.classes[name]
        found = _bound_by(node.body) | {
            each.attr
            for each in ast.walk(node)
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self"
        }
        for base in node.bases:
            base = base.value if isinstance(base, ast.Subscript) else base
            if isinstance(base, ast.Name) and base.id in ("NamedTuple", "Protocol", "Generic"):
                continue
            above = self.members(base.id) if isinstance(base, ast.Name) and base.id != name else None
            if above is None:
                return None
            found |= above
        return found

    def _module(self, path: Path) -> str:
        parts = path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[parts[0] == "cli" :]).removesuffix(".__init__")


def files_in(said: Said) -> list[Named]:
    return _all_in(said, _FILE) + _all_in(said, _ROOM)


def classes_in(said: Said) -> list[Named]:
    return _all_in(said, _CLASS) + _all_in(said, _BARE_CLASS)


def members_in(said: Said) -> list[Named]:
    return _all_in(said, _MEMBER)


def users_in(source: Source, said: Said) -> list[Named]:
    """The files of each "Used by …", up to the end of its sentence; in the command line its commands too."""
    patterns = (_FILE, _COMMAND) if source.module.startswith("vaas_cli") else (_FILE,)
    return [
        Named(said.line + said.text.count("\n", 0, it.start(1) + user.start(1)), user[1])
        for it in _USER.finditer(said.text)
        for pattern in patterns
        for user in pattern.finditer(it[1])
    ]


def _all_in(said: Said, pattern: re.Pattern[str]) -> list[Named]:
    found = pattern.finditer(said.text)
    return [
        Named(said.line + said.text.count("\n", 0, it.start(1)), it[1], it[2] or "" if pattern.groups > 1 else "")
        for it in found
    ]


def _bound_by(body: list[ast.stmt]) -> set[str]:
    """The names that these statements bind, also under ``if`` and ``try``."""
    found: set[str] = set()
    for statement in body:
        inner = [statement] if isinstance(statement, _DEFINITIONS) else ast.walk(statement)
        for node in inner:
            if isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, _DEFINITIONS):
                found.add(node.name)
    return found


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
