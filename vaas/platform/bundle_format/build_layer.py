"""Builds an app's layer: what its requirements resolve to, installed, as one reproducible zip. Once: the next deploy
with the same requirements finds it in a cache, and nothing is resolved.

uv installs, or pip where there is no uv (``installer.py``). A local folder is built first, from its content
(``local_packages.py``). What installers write that tells of this machine or this minute is left out, so that the same
packages are the same layer wherever they were installed. How a bundle names it: ``layer_name.py``. Used by ``pack.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from vaas.core.errors import InvalidInput, TooLarge, Unavailable
from vaas.core.units import format_size
from vaas.core.virtual.distributions import top_level
from vaas.platform.bundle_format import names
from vaas.platform.bundle_format.archive import LIMITS
from vaas.platform.bundle_format.installer import InstallFailed, install
from vaas.platform.bundle_format.layer_inputs import key_of
from vaas.platform.bundle_format.layer_name import ABOUT, AboutLayer, bound_to
from vaas.platform.bundle_format.local_packages import as_wheels
from vaas.platform.bundle_format.module_names import module_names, versions
from vaas.platform.bundle_format.requirement_lines import BY_NAME, Line
from vaas.platform.bundle_format.requirements_of import lines_of
from vaas.platform.bundle_format.target import Target
from vaas.platform.bundle_format.wheel_file import normalized
from vaas.platform.bundle_format.zipped import write_zip
from vaas.platform.store import disk_errors

NOISE = re.compile(
    r"""bin/.*                                                       # scripts that name this machine's Python
    | \.lock                                                         # the installer's own
    | (.*/)?__pycache__/.*
    | [^/]+\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json|uv_build\.json)
    """,
    re.VERBOSE,
)
"""Files that installing leaves and a layer does not want."""

HASH = re.compile(r"\s--hash[=\s]+(\S+)")
"""Of one archive that a line allows."""

WHEELS = "wheels"
"""Below the cache: wheels of local folders, by their content."""

ELSEWHERE = "elsewhere"
"""Below the cache: what is known of layers that platforms have built."""

ZIP, FACTS = "layer.zip", "facts.json"

KEPT = 30 * 86400.0
"""Seconds that an unused layer stays in the cache."""

KEPT_BYTES = 4 * 1024**3
"""That layers in the cache have together, the ones used last: a local folder that is changed makes one each time."""


class CacheUnusable(Unavailable):
    """The cache of installed dependencies cannot be used: {reason}"""


class LayerUnfit(InvalidInput):
    """The requirements bring a file that no layer can have: {path} {problem}."""


class LayerTooLarge(TooLarge):
    """The app's packages have {size} together, more than {limit} at most. Ask for fewer, or smaller ones."""


class Facts(msgspec.Struct, frozen=True):
    """What is known of a layer without a look into it."""

    digest: str
    size: int
    modules: list[str]
    lock: str


class Layer(NamedTuple):
    digest: str
    """sha256 of the zip, 64 hex digits."""
    size: int
    file: Path | None
    """The zip, in the cache; None: it was built where it is to go."""
    modules: frozenset[str]
    """Which can be imported from it, by their top-level names."""
    lock: str
    """Its packages with their versions, in the format of ``requirements.txt``."""


TargetOf = Callable[[], Target]
"""For what to build; asked only if there is something to build."""


class Elsewhere(Protocol):
    """A platform that builds layers itself (``cli/vaas_cli/build_target.py``)."""

    name: str

    def build(self, lines: list[str], known: Facts | None) -> Facts:
        """Of the layer with what these lines resolve to there; ``known``: what it was the last time."""
        ...


Where = TargetOf | Elsewhere
"""Here, and for what; or elsewhere."""


def layer_of(folder: Path, requirements: str, cache: Path | None = None, where: Where = Target.here) -> Layer | None:
    """The layer with what these requirements of that app need; None if that is nothing.

    Raises ``InstallFailed`` with the installer's last lines, ``CacheUnusable``, ``LayerUnfit``, ``LayerTooLarge``.
    """
    cache = (cache or user_cache()).absolute()
    try:
        lines = lines_of(folder.resolve(), requirements, cache)
        if all(line.text.startswith("-") for line in lines):
            return None
        if not callable(where):
            return _built_elsewhere(lines, folder.resolve(), cache / ELSEWHERE, where)
        texts = as_wheels(lines, folder, cache / WHEELS)
        target = where()
        place = cache / key_of(texts, folder.resolve(), target)
        if not place.exists():
            _build(folder, texts, place, target)
        os.utime(place)
        facts = msgspec.json.decode((place / FACTS).read_bytes(), type=Facts)
    except OSError as error:
        raise CacheUnusable(reason=f"{disk_errors.reason(error, cache)}.") from error
    found = Layer(facts.digest, facts.size, place / ZIP, frozenset(facts.modules), facts.lock)
    return found if found.lock else None  # markers may leave nothing of the lines


def _built_elsewhere(lines: list[Line], folder: Path, cache: Path, where: Elsewhere) -> Layer | None:
    for line in lines:
        if line.path or line.text.startswith("-"):
            raise InstallFailed(said=f"the platform builds packages of its index alone (--build), not {line.text!r}.")
    texts = [line.text for line in lines]
    file = cache / key_of([where.name, *texts], folder, Target("", ""))
    known = msgspec.json.decode(file.read_bytes(), type=Facts) if file.is_file() else None
    facts = where.build(texts, known)
    if facts != known:
        cache.mkdir(parents=True, exist_ok=True)
        file.write_bytes(msgspec.json.encode(facts))
    found = Layer(facts.digest, facts.size, None, frozenset(facts.modules), facts.lock)
    return found if found.lock else None


def user_cache() -> Path:
    """Where this user's caches lie, as the XDG base directories have it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vaas" / "vendor"


def _build(folder: Path, lines: list[str], place: Path, target: Target) -> None:
    """Makes that folder of the cache, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _forget_unused(place.parent)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".", ignore_cleanup_errors=True) as beside:
        installed, made = Path(beside, "installed"), Path(beside, "made")
        installed.mkdir()
        made.mkdir()
        install(folder, lines, installed, target)
        facts = zip_installed(installed, lines, target, made / ZIP)
        (made / FACTS).write_bytes(msgspec.json.encode(facts))
        with contextlib.suppress(OSError):  # another deploy of this user was faster
            made.rename(place)


def zip_installed(installed: Path, lines: Iterable[str], target: Target, file: Path) -> Facts:
    """Makes that file the layer of what these lines have installed there. Raises ``LayerUnfit``, ``LayerTooLarge``."""
    return _zip(_contents(installed, target), lock(versions(installed), lines), file)


def _contents(installed: Path, target: Target) -> dict[str, bytes | Path]:
    """The layer's files by their names."""
    found: dict[str, bytes | Path] = {}
    for path, _, files in os.walk(installed):
        for name in files:
            file = Path(path, name)
            relative = file.relative_to(installed).as_posix()
            if not NOISE.fullmatch(relative):
                found[relative] = file
    python, platform = bound_to(found, target.python, target.platform)
    about = AboutLayer(versions(installed), python, platform)
    return found | module_names(installed) | {ABOUT: msgspec.json.encode(about, order="deterministic")}


def lock(packages: Mapping[str, str], lines: Iterable[str]) -> str:
    """These packages, in these versions, as a requirements file, with the hashes that the lines have asked for."""
    hashes = {normalized(name[1]): HASH.findall(line) for line in lines if (name := BY_NAME.match(line))}
    return "".join(
        f"{name}=={version}{''.join(f' --hash={it}' for it in hashes.get(name, ()))}\n"
        for name, version in sorted(packages.items())
    )


def _zip(contents: Mapping[str, bytes | Path], lock: str, file: Path) -> Facts:
    _check(contents)
    with file.open("w+b") as stream:
        write_zip(stream, contents)
        size = stream.tell()
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if size > LIMITS.bundle:
        raise LayerTooLarge(size=format_size(size), limit=format_size(LIMITS.bundle))
    return Facts(digest, size, sorted(top_level(contents)), lock)


def _check(contents: Mapping[str, object]) -> None:
    """What the node would refuse. Raises ``LayerUnfit``."""
    taken = names.Taken(LIMITS.files)
    for name in sorted(contents):
        if problem := names.refusal(name) or taken.refusal(name):
            raise LayerUnfit(path=ascii(name), problem=problem)


def _forget_unused(cache: Path) -> None:
    total = 0
    for used, size, entry in sorted(_entries(cache), reverse=True):
        total += size
        if used < time.time() - KEPT or (size and total > KEPT_BYTES):
            shutil.rmtree(entry, ignore_errors=True)  # another deploy of this user may be as fast


def _entries(cache: Path) -> Iterator[tuple[float, int, Path]]:
    """When it was used, how large its layer is, and its folder."""
    for entry in cache.iterdir():
        with contextlib.suppress(FileNotFoundError):
            size = (entry / ZIP).stat().st_size if (entry / ZIP).is_file() else 0
            yield entry.stat().st_mtime, size, entry
