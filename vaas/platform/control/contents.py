"""What a stored bundle says of itself, read here and never taken from a client's word: its manifest, its layer, and the
packages that it asks for by having them."""

from __future__ import annotations

from typing import IO, NamedTuple

from vaas.core.virtual.distributions import Distributions
from vaas.core.virtual.search_path import VENDOR
from vaas.platform.bundle_format.layer_name import REFERENCE, named_layer
from vaas.platform.bundle_format.unpack import names_in_bundle, read_from_bundle
from vaas.platform.bundles.interface import Bundles
from vaas.platform.control.fetched import fetched, looking_into
from vaas.platform.control.layers import LayerMissing, packages_of
from vaas.platform.manifest import reader as manifest
from vaas.platform.manifest.reader import ManifestFile
from vaas.platform.manifest.requirements import asking, packages_in
from vaas.platform.manifest.requires_python import check_python
from vaas.platform.records.records import Manifest


class Contents(NamedTuple):
    manifest: Manifest
    size: int
    """Of the bundle, in bytes."""
    layer: str = ""
    """The digest of the layer that it names; empty: it names none."""


class _Read(NamedTuple):
    file: ManifestFile
    layer: str
    bundled: Distributions
    """Packages in the bundle itself, which restricted code asks for."""


async def read_contents(bundles: Bundles, digest: str, app: str) -> Contents:
    """``app`` is the name of an app whose manifest does not say.

    Raises ``BundleNotFound``, ``BundlesUnavailable``, ``BundleRefused``, ``ManifestInvalid``, ``ReferenceInvalid``,
    ``LayerMissing``, ``PythonUnfit``.
    """
    await bundles.renew(digest)
    async with fetched(bundles, digest) as file:
        size = file.tell()
        read = await looking_into(_read, file, app)
    if read.file.requires_python:
        check_python(read.file.requires_python)
    if read.layer and not await bundles.renew(read.layer):
        raise LayerMissing(digest=read.layer)
    if read.file.manifest.policy.code == "trusted":
        return Contents(read.file.manifest, size, read.layer)
    known = await packages_of(bundles, read.layer) if read.layer else read.bundled
    return Contents(await looking_into(asking, read.file, known), size, read.layer)


def _read(bundle: IO[bytes], app: str) -> _Read:
    texts = read_from_bundle(bundle, (*manifest.FILES, REFERENCE))
    reference = texts.pop(REFERENCE, None)
    file = manifest.read_manifest(texts, name=app)
    if reference is not None:
        return _Read(file, named_layer(reference), {})
    trusted = file.manifest.policy.code == "trusted"
    names = [] if trusted else names_in_bundle(bundle)
    return _Read(file, "", packages_in(names, lambda some: read_from_bundle(bundle, some), f"{VENDOR}/"))
