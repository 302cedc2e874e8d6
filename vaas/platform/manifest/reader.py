"""Reads a manifest: ``vaas.toml``, or ``[tool.vaas]`` of ``pyproject.toml``, from a folder or out of a bundle.

Every problem of the file is told at once, each with its file, line, key, reason and remedy. What a key takes:
``values.py``. Where it stands: ``lines.py``. Next: ``platform/bundle_format/pack.py``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from vaas.core.errors import InvalidInput
from vaas.core.nearest import nearest
from vaas.core.policy import Limits, Permissions, Policy
from vaas.platform.manifest.lines import key_lines, line_of
from vaas.platform.manifest.values import TABLES, TOP, Reader, Wrong, kind
from vaas.platform.records import bounds
from vaas.platform.records.names import app_name, is_app_name
from vaas.platform.records.records import Http, Manifest
from vaas.platform.store import disk_errors

OWN = "vaas.toml"
PROJECT = "pyproject.toml"
REQUIREMENTS = "requirements.txt"
FILES = (OWN, PROJECT, REQUIREMENTS)
"""What to take out of a bundle for ``read_manifest``."""

MAX_SIZE = {OWN: bounds.MANIFEST, PROJECT: bounds.MANIFEST, REQUIREMENTS: bounds.REQUIREMENTS}

MAX_DOTS = 500
"""Dots in one line at most: tomllib takes a minute for one key of 30,000 parts, as its time grows by their square."""

MAX_PROBLEMS = 50
"""Problems in one refusal: no author reads more, and each costs a search for the nearest key."""

MAX_SHOWN = 300
"""Characters of a key or a reason that are shown."""


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a manifest."""

    file: str
    line: int
    """From 1; 0 if it is about no line."""
    key: str
    """``[limits] timeout``, or empty."""
    why: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}{': ' if self.key else ''}{self.why}; {self.remedy}"


class ManifestInvalid(InvalidInput):
    """{listing}"""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(problems=problems, listing="\n".join(map(str, problems)))


class ManifestFile(NamedTuple):
    """All that a manifest's file says, complete with defaults."""

    manifest: Manifest
    file: str
    """Which file it is: ``vaas.toml`` or ``pyproject.toml``."""
    include: tuple[str, ...]
    """Patterns of the files that belong into the bundle, as in ``.gitignore``."""
    exclude: tuple[str, ...]
    requirements: str
    """The app's dependencies, in the format of ``requirements.txt``; empty for none."""
    requires_python: str = ""
    """Versions of Python that the app bears: ``>=3.12``; empty: it does not say."""


def read_manifest(source: Path | Mapping[str, bytes], *, name: str = "") -> ManifestFile:
    """The manifest of a folder, or of the files of a bundle by name.

    ``name`` is the app's if the manifest does not say; for a folder it is the folder's own name, made to fit.
    Raises ``ManifestInvalid`` with every problem there is, and ``AppNameInvalid`` for a given name that is none.
    """
    if isinstance(source, Path):
        name = name or _name_of(source)
        source = _files_of(source)
    texts = {file: _text(file, source[file]) for file in FILES if file in source}
    documents = {file: _parse(file, texts[file]) for file in (OWN, PROJECT) if file in texts}
    file, prefix, table = _choose(documents)
    reading = _Reading(file, prefix, key_lines(texts[file]))
    top, inner = reading.tables(table)
    if not name and "name" not in table:
        reading.problem((), "it gives the app no name", 'add a line: name = "my-app"')
    permissions = Permissions(**inner["permissions"])
    if found := bounds.excess(permissions):
        reading.problem(("permissions",), found[1], "ask for less, or for wider patterns")
    if reading.problems:
        raise ManifestInvalid(sorted(reading.problems, key=lambda problem: problem.line))
    policy = Policy(top.get("code", "restricted"), permissions, Limits(**inner["limits"]))
    return ManifestFile(
        Manifest(
            name=app_name(top.get("name", name)),
            version=top.get("version", ""),
            entry=top.get("entry", ""),
            interface=top.get("interface", "auto"),
            policy=policy,
            http=Http(**inner["http"]),
        ),
        file,
        top.get("include", ("**",)),
        top.get("exclude", ()),
        texts.get(REQUIREMENTS) or _dependencies(documents.get(PROJECT, {})),
        _requires_python(documents.get(PROJECT, {})),
    )


class _Reading:
    """Reads one document's tables and gathers what is wrong with them."""

    def __init__(self, file: str, prefix: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._prefix = prefix
        self._lines = lines

    def tables(self, table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """What stands at the top, and what in each table."""
        top = {key: value for key, value in table.items() if key not in TABLES}
        inner = {name: self._table(name, table.get(name, {})) for name in TABLES}
        return self._read(top, TOP, ()), inner

    def problem(self, path: tuple[str, ...], why: str, remedy: str) -> None:
        *tables, key = (*self._prefix, *path) if path else (*self._prefix, "")
        shown = f"[{'.'.join(tables)}] {key}".strip() if tables else key
        line = line_of(self._lines, (*self._prefix, *path))
        self.problems.append(Problem(self._file, line, shown[:MAX_SHOWN], why[:MAX_SHOWN], remedy))

    def _table(self, name: str, value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            return self._read(value, TABLES[name], (name,))
        self.problem((name,), f"expected a table, not {kind(value)}", f"write [{'.'.join((*self._prefix, name))}]")
        return {}

    def _read(self, table: Mapping[str, Any], readers: Mapping[str, Reader], path: tuple[str, ...]) -> dict[str, Any]:
        values = {}
        for key, value in table.items():
            if len(self.problems) == MAX_PROBLEMS:
                break
            if key not in readers:
                self.problem((*path, key), "unknown key", _nearest(key, path))
                continue
            try:
                values[key] = readers[key](value)
            except Wrong as wrong:
                self.problem((*path, key), wrong.why, wrong.remedy)
        return values


def _nearest(key: str, path: tuple[str, ...]) -> str:
    """What was probably meant by an unknown key: one of its own table, or the same of another."""
    here: list[str] = [*(TABLES[path[0]] if path else (*TOP, *TABLES))]
    if near := nearest(key, here):
        return f'did you mean "{near}"?'
    for name, readers in {"": TOP, **TABLES}.items():
        if key in readers:
            return f"it belongs under [{name}]" if name else "it belongs at the top, before the first [table]"
    return f"there are {', '.join(here)}"


def _files_of(folder: Path) -> dict[str, bytes]:
    files = {}
    for file in FILES:
        try:
            files[file] = (folder / file).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _invalid(file, disk_errors.reason(error, folder), "make it a file that you can read") from error
    return files


def _name_of(folder: Path) -> str:
    """The folder's name as an app's name, or empty if there is none in it."""
    found = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    return found if is_app_name(found) else ""


def _text(file: str, data: bytes) -> str:
    if len(data) > MAX_SIZE[file].most:
        raise _invalid(file, f"it has more than {MAX_SIZE[file].words}", "keep what is not configuration elsewhere")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _invalid(file, "it is not UTF-8", "save it as UTF-8", line) from None


def _parse(file: str, text: str) -> dict[str, Any]:
    for number, written in enumerate(text.split("\n"), 1):
        if written.count(".") > MAX_DOTS:
            raise _invalid(file, f"more than {MAX_DOTS} dots in one line", "write it on several lines", number)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", str(error), re.DOTALL)
        why, line = (found[1], int(found[2] or text.count("\n") + 1)) if found else (str(error), 0)
        raise _invalid(file, f"not TOML: {why[:1].lower()}{why[1:]}", "correct that line", line) from None
    except (RecursionError, ValueError) as error:  # tomllib lets these through: deep nesting, numbers of 5000 digits
        raise _invalid(file, f"not TOML: {error}", "a manifest has tables of plain values") from None


def _choose(documents: Mapping[str, dict[str, Any]]) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Which file is the manifest, under which keys, and the table there."""
    tools = documents.get(PROJECT, {}).get("tool", {})
    in_project = isinstance(tools, dict) and "vaas" in tools
    if OWN in documents and in_project:
        raise _invalid(OWN, f"there is a [tool.vaas] in {PROJECT} too", "keep one of the two")
    if OWN in documents:
        return OWN, (), documents[OWN]
    if not in_project:
        why = f"there is no such file, and no [tool.vaas] in {PROJECT}"
        raise _invalid(OWN, why, "is this an app's folder? `vaas init` makes one; an empty vaas.toml is enough")
    if not isinstance(tools["vaas"], dict):
        raise _invalid(PROJECT, f"[tool] vaas: expected a table, not {kind(tools['vaas'])}", "write [tool.vaas]")
    return PROJECT, ("tool", "vaas"), tools["vaas"]


def _dependencies(project: Mapping[str, Any]) -> str:
    """``[project] dependencies`` as the text of a requirements file."""
    table = project.get("project", {})
    found = table.get("dependencies", []) if isinstance(table, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise _invalid(PROJECT, "[project] dependencies: expected an array of strings", 'write ["httpx>=0.28"]')
    return "".join(f"{each}\n" for each in found)


def _requires_python(project: Mapping[str, Any]) -> str:
    table = project.get("project", {})
    found = table.get("requires-python", "") if isinstance(table, dict) else ""
    if found == "":
        return ""
    from vaas.platform.manifest.requires_python import is_valid  # its import takes 10 ms, and most apps do not say

    if not isinstance(found, str) or not is_valid(found):
        raise _invalid(PROJECT, "[project] requires-python: expected versions of Python", 'write ">=3.11"')
    return found


def _invalid(file: str, why: str, remedy: str, line: int = 0) -> ManifestInvalid:
    return ManifestInvalid([Problem(file, line, "", why, remedy)])
