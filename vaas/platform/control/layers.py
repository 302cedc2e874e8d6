"""Layers, as a release that names one concerns them: that it is there, and which packages restricted code has in it.

What a layer holds follows from its digest, so it is read once. Bringing one to a node: ``reconciler/layers.py``.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import IO

from vaas.core.errors import NotFound
from vaas.core.virtual.distributions import Distributions
from vaas.platform.bundle_format.layer_name import ABOUT, about_layer
from vaas.platform.bundle_format.unpack import names_in_bundle, read_from_bundle
from vaas.platform.bundles.interface import Bundles
from vaas.platform.control.fetched import fetched, looking_into
from vaas.platform.manifest.requirements import packages_in

REMEMBERED = 100
"""Layers whose packages are remembered: more than one platform's restricted apps use, at some 10 KB each."""

_known: OrderedDict[str, Distributions] = OrderedDict()


class LayerMissing(NotFound):
    """Layer {digest} with the app's packages is not in the bundle store. Deploy the app again."""


async def packages_of(bundles: Bundles, layer: str) -> Distributions:
    """Raises ``BundleNotFound``, ``BundlesUnavailable``, ``BundleRefused``, ``NoLayer``."""
    if layer not in _known:
        async with fetched(bundles, layer) as file:
            _known[layer] = await looking_into(_packages, file)
    _known.move_to_end(layer)
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)
    return _known[layer]


def _packages(layer: IO[bytes]) -> Distributions:
    about_layer(read_from_bundle(layer, [ABOUT]).get(ABOUT))
    return packages_in(names_in_bundle(layer), lambda some: read_from_bundle(layer, some))
