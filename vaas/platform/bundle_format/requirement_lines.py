"""The lines of a requirements file: each whole, with the files that it includes, and the local paths among them.

Reads the included files, nothing else. Used by ``build_layer.py``; what is local goes on in ``local_packages.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from vaas.platform.bundle_format.installer import InstallFailed
from vaas.platform.bundle_format.wheel_file import normalized

DEPTH = 10
"""How deep requirements files may include one another; a file that includes itself is deeper."""

PROVIDED = re.compile(r"\s*vaas\s*(\Z|[\[<>=!~;@#(])", re.IGNORECASE)
"""A line that asks for vaas: the platform brings it."""

INCLUDED = re.compile(r"(?:-r|--requirement)[\s=]*(?!https?://)(\S.*)")
CONSTRAINED = re.compile(r"(-c|--constraint)[\s=]*(?!https?://)(\S.*)")
EDITABLE = re.compile(r"(?:-e|--editable)[\s=]*")
COMMENT = re.compile(r"\s+#.*")
OPTIONS = re.compile(r"\s+--.*")
"""Of one requirement: hashes, config settings."""

MARKER = re.compile(r"\s+;(.*)|;\s*(.*)")
NAMED = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*@\s*(.+)")
BY_NAME = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?")
EXTRAS = re.compile(r"(.*?)\[([^\]]*)\]")


class Line(NamedTuple):
    """One requirement or option."""

    text: str
    """As the installer may have it, never editable."""
    path: Path | None = None
    """The local folder or archive that it names, if it does."""
    extras: str = ""
    """Of that, without brackets."""
    marker: str = ""
    """``python_version > "3.11"``, or empty."""


def read_lines(requirements: str, folder: Path) -> list[Line]:
    """The lines that matter, in order; paths in them are from ``folder``. Raises ``InstallFailed``."""
    return [line for text in _texts(requirements, folder, folder, 0) if (line := _line(text, folder))]


def by_name(line: Line, folders: Mapping[str, Path], addresses: Mapping[str, str]) -> Line:
    """That line as one about the local folder, or the address, that its package's (normalized) name is given to, if one
    is."""
    condition = _condition(MARKER.search(line.text))
    named = BY_NAME.match(line.text)
    name = normalized(named[1]) if named else ""
    if named is None or (name not in folders and name not in addresses):
        return line
    extras = named[2] or ""
    if name in folders:
        return Line(line.text, folders[name], extras, condition)
    of_extras = f"[{extras}]" if extras else ""
    return Line(f"{named[1]}{of_extras} @ {addresses[name]}{f' ; {condition}' if condition else ''}")


def _texts(requirements: str, folder: Path, beside: Path, depth: int) -> Iterator[str]:
    if depth > DEPTH:
        raise InstallFailed(said="the files in requirements.txt include one another.")
    for text in requirements.replace("\r\n", "\n").replace("\\\n", " ").splitlines():
        text = COMMENT.sub("", f" {text}").strip()
        if included := INCLUDED.fullmatch(text):
            file = _found(included[1], folder, beside)
            yield from _texts(_content(file), folder, file.parent, depth + 1)
        elif constrained := CONSTRAINED.fullmatch(text):
            yield f"{constrained[1]} {_found(constrained[2], folder, beside)}"
        elif text:
            yield text


def _found(name: str, folder: Path, beside: Path) -> Path:
    """A file named in a requirements file: from that file's own folder, as pip and uv have it, or from the app's."""
    name = name.strip("'\"")
    return next((file for file in (beside / name, folder / name) if file.exists()), beside / name)


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InstallFailed(said=f"{file} cannot be read: {error}.") from error


def _line(text: str, folder: Path) -> Line | None:
    if PROVIDED.match(text):
        return None
    editable = EDITABLE.match(text)
    bare = text[editable.end() :] if editable else text
    if bare.startswith("-"):
        return Line(bare)
    return _local(OPTIONS.sub("", bare).strip(), folder, bool(editable)) or Line(bare)


def _local(text: str, folder: Path, editable: bool) -> Line | None:
    """The line, if it is about a file or a folder of this machine."""
    marker = MARKER.search(text)
    target = text[: marker.start()].strip() if marker else text
    if named := NAMED.fullmatch(target):
        target, extras = named[3], named[2] or ""
    elif with_extras := EXTRAS.fullmatch(target):
        target, extras = with_extras[1], with_extras[2]
    else:
        extras = ""
    path = _path(target.strip("'\""), folder, editable or bool(named))
    return Line(text, path, extras, _condition(marker)) if path else None


def _condition(marker: re.Match[str] | None) -> str:
    return (marker[1] or marker[2] or "").strip() if marker else ""


def _path(target: str, folder: Path, certain: bool) -> Path | None:
    if target.lower().startswith("file:"):
        parts = urlsplit(target)
        return (folder / unquote(parts.path)).resolve()
    if ":" in target or not (certain or re.match(r"\.{1,2}(/|\Z)|/", target) or ("/" in target)):
        return None
    path = (folder / target).resolve()
    return path if certain or target.startswith((".", "/")) or path.exists() else None
