"""What a stored bundle says of itself, read here and never taken from a client's word: its manifest, and the packages
that it asks for by having them."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from vaas.platform.bundle_format.unpack import names_in_bundle, read_from_bundle
from vaas.platform.bundles.interface import Bundles, BundlesUnavailable
from vaas.platform.manifest import reader as manifest
from vaas.platform.manifest.requirements import asking
from vaas.platform.records.records import Manifest
from vaas.platform.store import disk_errors

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a bundle up to which no file is made for it: far more than most apps have without their packages."""


class Contents(NamedTuple):
    manifest: Manifest
    size: int
    """Of the bundle, in bytes."""


async def read_contents(bundles: Bundles, digest: str, app: str) -> Contents:
    """``app`` is the name of an app whose manifest does not say.

    Raises ``BundleNotFound``, ``BundlesUnavailable``, ``BundleRefused``, ``ManifestInvalid``.
    """
    try:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            async for chunk in bundles.get(digest):
                file.write(chunk)
            size = file.tell()
            return Contents(await asyncio.to_thread(_manifest, file, app), size)
    except OSError as error:
        raise BundlesUnavailable(reason=disk_errors.reason(error, Path(tempfile.gettempdir()))) from error


def _manifest(bundle: IO[bytes], app: str) -> Manifest:
    file = manifest.read_manifest(read_from_bundle(bundle, manifest.FILES), name=app)
    return asking(file, names_in_bundle(bundle), lambda names: read_from_bundle(bundle, names))
