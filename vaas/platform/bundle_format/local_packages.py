"""Local folders and archives among an app's requirements, as wheels named by their content.

A folder is copied and built from the copy, each time: what a build leaves behind (``build/lib``, ``*.egg-info``) is
neither read nor written, and no installer's cache knows the copy by its path or time. Editable or not is the same. What
a folder needs by path in turn (``@ file:``, ``[tool.uv.sources]``, poetry's ``path``) is built beside it:
``local_sources.py``. Used by ``build_layer.py``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from vaas.platform.bundle_format.installer import InstallFailed, build_wheel
from vaas.platform.bundle_format.local_sources import sources
from vaas.platform.bundle_format.requirement_lines import Line
from vaas.platform.bundle_format.wheel_file import Wheel, normalized, reproducible

LEFT_OUT = frozenset(
    (
        *("__pycache__", ".venv", "venv", "node_modules", ".tox", ".nox", ".vaas"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"),
    )
)
"""Folders that no build needs, and that may be large."""

BUILT = ("lib", "lib.", "bdist.", "temp.")
"""How folders in ``build/`` begin that setuptools leaves, and would take old modules from."""

MAX_BUILT = 20
_built: dict[str, Wheel] = {}
"""Wheels that this process has built, by their folders' content: a deploy asks twice, to check and to pack."""


def as_wheels(lines: Iterable[Line], folder: Path, kept: Path) -> list[str]:
    """The lines as an installer may have them: every local folder and archive is a file in ``kept`` by its content.

    ``folder`` is the app's. Raises ``InstallFailed``, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="vaas-", ignore_cleanup_errors=True) as work:
        building = _Building(folder, Path(work).resolve(), kept)
        return [text for line in lines for text in building.installable(line)]


class _Building:
    def __init__(self, folder: Path, work: Path, kept: Path) -> None:
        self._folder = folder
        self._copies = work / "src"
        self._out = work / "out"
        self._kept = kept
        self._done: set[Path] = set()

    def installable(self, line: Line) -> list[str]:
        if line.path is None:
            return [line.text]
        if line.path in self._done:
            return []
        self._done.add(line.path)
        if line.path.is_dir():
            return self._built(line)
        if not line.path.is_file():
            raise InstallFailed(said=f"there is no file or folder {line.path}, which the requirements name.")
        kept = self._keep(line.path.name, line.path.read_bytes())
        return [_requirement(line.path.name.rsplit("-", 1)[0] if line.extras else "", line, kept)]

    def _built(self, line: Line) -> list[str]:
        """The line of that folder, and those of what it needs by path."""
        assert line.path is not None
        beside = sources(line.path)
        for path in (line.path, *(path for path in beside.values() if path.is_dir())):
            self._copy(path)
        wheel = self._wheel(line.path)
        found = [_requirement(wheel.package, line, self._keep(wheel.name, wheel.data))]
        for path in self._needed(wheel, beside):
            found += self.installable(Line("", path, marker=line.marker))
        return found

    def _wheel(self, path: Path) -> Wheel:
        if (path / ".git").exists():  # what a build makes of a repository is not in its files alone
            return self._build(path)
        content = self._content(path)
        if content not in _built:
            if len(_built) >= MAX_BUILT:
                _built.clear()
            _built[content] = self._build(path)
        return _built[content]

    def _build(self, path: Path) -> Wheel:
        wheel = reproducible(build_wheel(self._copy_of(path), self._out / str(len(self._done)), path))
        return wheel._replace(local=tuple(map(self._original_of, wheel.local)))

    def _content(self, path: Path) -> str:
        """Names what is built: that folder, and all that was copied with it."""
        digest = hashlib.sha256(os.fsencode(path))
        for file in sorted(file for file in self._copies.rglob("*") if file.is_file()):
            data = file.read_bytes()
            digest.update(f"{file.relative_to(self._copies)}\0{len(data)}\0".encode(errors="surrogateescape") + data)
        return digest.hexdigest()

    def _needed(self, wheel: Wheel, beside: dict[str, Path]) -> list[Path]:
        named = [path for name, path in beside.items() if normalized(name) in wheel.needs]
        return [*named, *wheel.local]

    def _copy_of(self, path: Path) -> Path:
        """At the same place below another root, so that relative paths between folders hold."""
        return self._copies / path.relative_to("/")

    def _original_of(self, path: Path) -> Path:
        path = Path(os.path.normpath(path))
        return Path("/", path.relative_to(self._copies)) if path.is_relative_to(self._copies) else path

    def _copy(self, path: Path) -> None:
        copy = self._copy_of(path)
        try:
            shutil.copytree(path, copy, ignore=_left_out, ignore_dangling_symlinks=True, dirs_exist_ok=True)
        except shutil.Error as error:
            source, _, reason = error.args[0][0]
            raise InstallFailed(said=f"{source} cannot be read: {reason}.") from error
        if (path / ".git").is_dir():  # version numbers may come out of it; it may be large
            (copy / ".git").write_text(f"gitdir: {path / '.git'}\n")

    def _keep(self, name: str, data: bytes) -> Path:
        file = self._kept / hashlib.sha256(data).hexdigest()[:32] / name
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._kept, delete=False) as new:
                new.write(data)
            os.replace(new.name, file)
        return file


def _requirement(name: str, line: Line, file: Path) -> str:
    extras = f"[{line.extras}]" if line.extras else ""
    before = f"{name}{extras} @ " if name else ""
    return f"{before}{file.as_uri()}{f' ; {line.marker}' if line.marker else ''}"


def _left_out(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if _is_left_out(folder, name)}


def _is_left_out(folder: str, name: str) -> bool:
    path = os.path.join(folder, name)
    if name in LEFT_OUT or name.endswith(".egg-info"):
        return True
    if os.path.basename(folder) == "build" and name.startswith(BUILT):
        return True
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return not os.path.lexists(path)  # what cannot be read is told by the copy
    if stat.S_ISDIR(mode):
        around = f"{os.path.realpath(folder)}/".startswith(f"{os.path.realpath(path)}/")  # a link to where it is
        return name == ".git" or around or os.path.exists(os.path.join(path, "pyvenv.cfg"))
    return not stat.S_ISREG(mode)
