"""A wheel as a bundle may have it: the same bytes for the same content, and no path of the machine that built it.

Used by ``local_packages.py``, which built it a moment ago: what is in it is the developer's own.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import zipfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from vaas.platform.bundle_format.zipped import zipped

LOCAL = re.compile(r"^(Requires-Dist: *[^@;\n]*?) *@ *(file:[^;\s]*)( *;.*)?$", re.MULTILINE)
"""A dependency by a path of this machine, in a wheel's METADATA."""

NEEDS = re.compile(r"^Requires-Dist: *([A-Za-z0-9][\w.-]*)", re.MULTILINE)


class Wheel(NamedTuple):
    name: str
    """Its file name."""
    data: bytes
    needs: frozenset[str]
    """The names of the packages that it depends on, normalized."""
    local: tuple[Path, ...]
    """Those of them that it names by a path."""

    @property
    def package(self) -> str:
        return normalized(self.name.partition("-")[0])


def normalized(name: str) -> str:
    """A package's name as names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def reproducible(file: Path) -> Wheel:
    """That wheel without what tells of this machine: dependencies by path become dependencies by name."""
    with zipfile.ZipFile(file) as archive:
        contents = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    about = next(name for name in contents if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
    text = contents[about].decode()
    contents[about] = LOCAL.sub(lambda found: f"{found[1]}{found[3] or ''}", text).encode()
    record = about.replace("METADATA", "RECORD")
    contents[record] = _record([*contents.items()], record)
    needs = frozenset(normalized(name) for name in NEEDS.findall(text))
    local = tuple(Path(unquote(urlsplit(found[2]).path)) for found in LOCAL.finditer(text))
    return Wheel(file.name, zipped(contents), needs, local)


def _record(contents: list[tuple[str, bytes]], record: str) -> bytes:
    """The list of files with their hashes that each wheel has."""
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\n")
    for name, data in contents:
        if name != record:
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.writerow((name, f"sha256={digest}", len(data)))
    rows.writerow((record, "", ""))
    return buffer.getvalue().encode()
