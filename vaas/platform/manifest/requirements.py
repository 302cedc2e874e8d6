"""Which packages an app asks for by listing them: out of what its requirements brought, into a layer or its bundle.

Pure. Trusted code may import all that there is and asks for none; so it need not be known what it has. Called by
``platform/control/contents.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from vaas.core.virtual.distributions import Distributions, asked_for, described, distributions
from vaas.platform.manifest.reader import REQUIREMENTS, ManifestFile, ManifestInvalid, Problem
from vaas.platform.records import bounds
from vaas.platform.records.records import Manifest

Read = Callable[[Iterable[str]], Mapping[str, bytes]]
"""The content of those files of a zip."""


def asking(file: ManifestFile, known: Distributions) -> Manifest:
    """The manifest, its permissions with the packages that its requirements ask for, out of those that are there."""
    manifest = file.manifest
    if manifest.policy.code == "trusted":
        return manifest
    packages = asked_for(known, file.requirements)
    permissions = replace(manifest.policy.permissions, packages=packages)
    if found := bounds.excess(permissions):
        raise ManifestInvalid([Problem(REQUIREMENTS, 0, found[0], found[1], 'leave some out, or set code = "trusted"')])
    return replace(manifest, policy=replace(manifest.policy, permissions=permissions))


def packages_in(names: Iterable[str], read: Read, folder: str = "") -> Distributions:
    """Those in that folder of a zip with files of these names; empty: the layer's own."""
    files = [name.removeprefix(folder) for name in names if name.startswith(folder)]
    texts = read([folder + name for name in described(files)])
    return distributions(files, lambda name: texts[folder + name].decode(errors="replace"))
