"""The packages in a bundle's ``_vendor``: which distribution brought a module, and which others it requires.

Pure: names of files and a reader in, facts out, so that the node asks a zip and a host its folder. What an app asks for
by listing its requirements is ``asked_for``; what a grant of it opens is ``covered``. Asked by ``locate.py`` and by
``platform/manifest/requirements.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser

METADATA, MODULES = "METADATA", "top_level.txt"
"""In a distribution's ``.dist-info``: what it is, and which modules are its own. The second is written when it is
installed (``platform/bundle_format/module_names.py``)."""

INFO = ".dist-info"

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_OF_AN_EXTRA = re.compile(r"\bextra\s*==")

Distributions = Mapping[str, "Distribution"]
"""By their normal names."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One package as an installer knows it: ``pillow``, whose module is ``PIL``."""

    modules: frozenset[str] = frozenset()
    """Top-level names that it can be imported by."""
    requires: frozenset[str] = frozenset()
    """Normal names of the distributions that it cannot be without; those of its extras are not among them."""


def normal(name: str) -> str:
    """The one spelling of a distribution's name: that of typing.Extensions is ``typing-extensions``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirement: str) -> str:
    """The normal name that a line of requirements begins with; empty if it is an option or a place."""
    found = _NAME.match(requirement)
    rest = requirement[found.end() :].lstrip() if found else ""
    return normal(found[1]) if found and not rest.startswith(("/", ":")) else ""


def described(files: Iterable[str]) -> list[str]:
    """Which of these files ``distributions`` reads; all names are relative to ``_vendor``."""
    return [name for name in files if re.fullmatch(rf"[^/]+\{INFO}/({METADATA}|{re.escape(MODULES)})", name)]


def top_level(files: Iterable[str]) -> frozenset[str]:
    """The modules that can be imported from a folder with these files."""
    return frozenset(name for name in map(_module_of, files) if name.isidentifier())


def _module_of(file: str) -> str:
    """The top-level module that a file with Python or C code belongs to, or empty: of a package its folder. Without a
    pattern: there is none that takes no more than linear time for every name."""
    top, _, inside = file.partition("/")
    if not inside:
        name, _, suffix = file.partition(".")
        return name if suffix in ("py", "pyd", "so") or suffix.endswith(".so") else ""
    stem, _, suffix = inside.rpartition("/")[2].rpartition(".")
    return top if stem and suffix in ("py", "pyd", "so") and "." not in top else ""


def distributions(files: Iterable[str], read: Callable[[str], str]) -> Distributions:
    """All that the folder with these files holds. A module that no distribution names is one by its own name."""
    files = list(files)
    known = set(described(files))
    found: dict[str, Distribution] = {}
    for file in sorted(known):
        folder, _, what = file.partition("/")
        if what == METADATA:
            listed = f"{folder}/{MODULES}"
            name, requires = _about(read(file), folder)
            found[name] = Distribution(frozenset(read(listed).split()) if listed in known else frozenset(), requires)
    owned = frozenset().union(*(it.modules for it in found.values()))
    for module in top_level(files) - owned:
        before = found.get(normal(module), Distribution())
        found[normal(module)] = Distribution(before.modules | {module}, before.requires)
    return found


def covered(asked: Iterable[str], known: Distributions) -> frozenset[str]:
    """The distributions that these names open: themselves and, if they are there, all that they require; ``*``: all."""
    wanted = [name for name in asked if name in known or name == "*"]
    if "*" in wanted:
        return frozenset(known)
    found: set[str] = set()
    _open(wanted, known, found)
    return frozenset(found)


def _open(names: Iterable[str], known: Distributions, opened: set[str]) -> None:
    """Adds these, and all that they require, to what is open."""
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in opened:
            opened.add(name)
            waiting += [it for it in known[name].requires if it in known]


def asked_for(known: Distributions, requirements: str) -> tuple[str, ...]:
    """What a bundle with these distributions asks for: those that its requirements name, and those that no other
    brought with it. Together they cover all."""
    listed = {named(line) for line in requirements.splitlines()} & known.keys()
    brought = {other for name, it in known.items() for other in it.requires if other != name}
    asked = listed | (known.keys() - brought)
    opened: set[str] = set()
    _open(asked, known, opened)
    for name in sorted(known.keys() - opened):  # a circle of distributions that require each other
        if name not in opened:
            asked.add(name)
            _open([name], known, opened)
    return tuple(sorted(asked))


def _about(metadata: str, folder: str) -> tuple[str, frozenset[str]]:
    headers = HeaderParser().parsestr(metadata)
    name = normal(headers.get("Name") or folder.partition("-")[0])
    lines = [str(it) for it in headers.get_all("Requires-Dist", [])]
    return name, frozenset(named(it) for it in lines if not _OF_AN_EXTRA.search(it)) - {""}
