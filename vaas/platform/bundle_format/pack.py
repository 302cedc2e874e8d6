"""Packs an app's folder into its bundle: a zip that is the same, byte for byte, wherever and whenever it is made.

Why the zip is the same: ``zipped.py``. Which files: ``selection.py``. Packages are not in it, but in the layer that it
names: ``build_layer.py``. Next: ``unpack.py``, on the node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from vaas.core.errors import InvalidInput, TooLarge
from vaas.core.units import format_size
from vaas.core.virtual.search_path import VENDOR
from vaas.platform.bundle_format import names
from vaas.platform.bundle_format.archive import LIMITS, Limits
from vaas.platform.bundle_format.build_layer import Layer, Where, layer_of
from vaas.platform.bundle_format.credentials import check_credentials
from vaas.platform.bundle_format.layer_name import LOCK, REFERENCE, LayerName
from vaas.platform.bundle_format.selection import selected
from vaas.platform.bundle_format.target import Target
from vaas.platform.bundle_format.zipped import zipped
from vaas.platform.manifest.reader import ManifestFile, read_manifest

SHOWN = 3
"""How many of the largest files a bundle's refusal names."""


class FileUnfit(InvalidInput):
    """{path} cannot be in a bundle: it {problem}. Rename or remove it, or leave it out: `exclude` in {manifest}."""


class FileUnreadable(InvalidInput):
    """{path} cannot be read: {reason}. Make it readable, or leave it out: `exclude` in vaas.toml."""


class VendorTaken(InvalidInput):
    """{folder} has a folder _vendor of its own, where the app finds its dependencies.
    Rename it, or remove the dependencies that are listed."""


class PackTooLarge(TooLarge):
    """The bundle would have {size}, more than {limit} at most. The largest files: {largest}.
    Leave out what the app does not need: `exclude` in vaas.toml."""


class Packed(NamedTuple):
    data: bytes
    """The zip."""
    digest: str
    """Its sha256, 64 hex digits: the bundle's name."""
    size: int
    files: tuple[str, ...]
    """The names of the files in it, sorted."""
    manifest: ManifestFile
    layer: Layer | None
    """The packages; None: it needs none."""


def pack(folder: Path, *, cache: Path | None = None, limits: Limits = LIMITS, where: Where = Target.here) -> Packed:
    """The bundle of that folder. Nothing is written but the cache of installed dependencies.

    ``cache`` is where that lies, by default the user's own; ``where`` says for what they are installed. Raises
    ``ManifestInvalid`` and the errors of this file, of ``selection.py``, of ``credentials.py`` and of
    ``build_layer.py``.
    """
    manifest = read_manifest(folder)
    files = selected(folder, manifest)
    _check_credentials(files)
    layer = layer_of(folder, manifest.requirements, cache, where)
    if layer and any(name.startswith(f"{VENDOR}/") for name in files):
        raise VendorTaken(folder=folder)
    _check_names(files, manifest, limits)
    contents = _read(files, limits) | (_naming(layer) if layer else {})
    data = zipped(contents)
    return Packed(data, hashlib.sha256(data).hexdigest(), len(data), tuple(sorted(contents)), manifest, layer)


def _check_credentials(files: Mapping[str, Path]) -> None:
    try:
        check_credentials(files)
    except OSError as error:
        raise FileUnreadable(path=error.filename, reason=error.strerror or error) from error


def _naming(layer: Layer) -> dict[str, bytes]:
    return {REFERENCE: msgspec.json.encode(LayerName(layer.digest)), LOCK: layer.lock.encode()}


def _check_names(files: Mapping[str, Path], manifest: ManifestFile, limits: Limits) -> None:
    taken = names.Taken(limits.files)
    for name in sorted(files):
        if problem := names.refusal(name) or taken.refusal(name):
            raise FileUnfit(path=ascii(name), problem=problem, manifest=manifest.file)


def _read(files: Mapping[str, Path], limits: Limits) -> dict[str, bytes]:
    """Every file's content. Raises ``PackTooLarge`` before the first one is read."""
    try:
        sizes = {name: path.stat().st_size for name, path in files.items()}
        _check_size(sizes, limits)
        return {name: path.read_bytes() for name, path in files.items()}
    except OSError as error:
        raise FileUnreadable(path=error.filename, reason=error.strerror or error) from error


def _check_size(sizes: Mapping[str, int], limits: Limits) -> None:
    largest = sorted(sizes, key=lambda name: sizes[name], reverse=True)[:SHOWN]
    shown = ", ".join(f"{name} ({format_size(sizes[name])})" for name in largest)
    total = sum(sizes.values())
    if total > limits.bundle:
        raise PackTooLarge(size=format_size(total), limit=format_size(limits.bundle), largest=shown)
