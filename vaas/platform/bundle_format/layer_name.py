"""How a bundle names its layer, and what a layer says of itself: two small JSON files. Pure vocabulary.

A layer is the packages that an app's requirements resolve to, installed, as one reproducible zip under its sha256. The
bundle has no package, but ``_vendor/layer.json``, which names it, and ``_vendor/lock.txt``, what was resolved. Its
digest is its key: who knows all of it had the packages, or was told by someone who had. Made by ``build_layer.py``,
read by ``control/contents.py`` and ``reconciler/layers.py``.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Iterable

import msgspec

from vaas.core.errors import InvalidInput
from vaas.core.undecodable import UNDECODABLE
from vaas.core.virtual.search_path import VENDOR
from vaas.platform.records.names import Digest

REFERENCE = f"{VENDOR}/layer.json"
"""In a bundle: a ``LayerName``."""
LOCK = f"{VENDOR}/lock.txt"
"""In a bundle: the packages with their versions, as a requirements file."""
ABOUT = "layer.json"
"""In a layer: an ``AboutLayer``."""


class LayerName(msgspec.Struct, frozen=True):
    layer: Digest
    """Its sha256."""


class AboutLayer(msgspec.Struct, frozen=True):
    packages: dict[str, str]
    """Versions by names."""
    python: str = ""
    """The one version of Python that it can be imported by, ``3.12``; empty: any that its packages bear."""
    platform: str = ""
    """Likewise the system and processor, ``linux-x86_64``."""


class ReferenceInvalid(InvalidInput):
    """The bundle's `_vendor/layer.json` does not name a layer: {reason}. Pack it again with `vaas deploy`."""


class NoLayer(InvalidInput):
    """What the bundle names as its layer is none: {reason}. Pack it again with `vaas deploy`."""


class OtherPlatform(InvalidInput):
    """The packages were built for {built}, and this node has {here}. Deploy with `--python-version` and
    `--python-platform`, or from a machine like the node's."""


def named_layer(reference: bytes) -> str:
    """The digest that the file of a bundle names. Raises ``ReferenceInvalid``."""
    try:
        return msgspec.json.decode(reference, type=LayerName).layer
    except UNDECODABLE as error:
        raise ReferenceInvalid(reason=error) from None


def about_layer(text: bytes | None) -> AboutLayer:
    """What a layer's own file says; None: it has none. Raises ``NoLayer``."""
    if text is None:
        raise NoLayer(reason=f"it has no {ABOUT}")
    try:
        return msgspec.json.decode(text, type=AboutLayer)
    except UNDECODABLE as error:
        raise NoLayer(reason=f"{ABOUT}: {error}") from None


def check_platform(about: AboutLayer) -> None:
    """Raises ``OtherPlatform`` where this Python could not import what is compiled in it."""
    here = this_platform()
    wanted = (about.python or here[0], about.platform or here[1])
    if wanted != here:
        raise OtherPlatform(built=f"Python {wanted[0]} on {wanted[1]}", here=f"Python {here[0]} on {here[1]}")


def this_platform() -> tuple[str, str]:
    """The version of Python, and the system with its processor."""
    system = re.sub(r"^macosx-[\d.]+-", "macosx-", sysconfig.get_platform())
    return f"{sys.version_info.major}.{sys.version_info.minor}", system


def bound_to(files: Iterable[str], python: str, platform: str) -> tuple[str, str]:
    """For which Python and platform alone a layer with these files is, if they were installed for those: compiled
    modules are for a platform, and for a version of Python unless they say that they are for all (abi3)."""
    compiled = [name for name in files if name.endswith((".so", ".pyd", ".dylib")) or ".so." in name]
    versioned = any(f".cpython-{python.replace('.', '')}" in name for name in compiled)
    return (python if versioned else "", platform if compiled else "")
