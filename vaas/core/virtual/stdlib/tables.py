"""Every table about Python's library, derived from the registry.

Read by ``core/virtual/import_decision.py`` (what may be imported), ``harden.py`` (what is patched), ``facades/`` (who
builds a facade) and ``core/host/preload.py`` (what the zygote imports).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from vaas.core.restrict.library_facts import LibraryFacts
from vaas.core.virtual.stdlib.registry import REGISTRY, RULES
from vaas.core.virtual.stdlib.registry.rule import ModuleRule

SAFE: dict[str, ModuleRule] = {it.name: it for it in RULES if it.access == "free"}
"""Importable by every app. In restricted code each is a facade; in trusted code the real one, but for ``OWN``."""

OWN = frozenset(it.name for it in RULES if it.trusted_builder)
"""Facades in trusted code too: they carry the app's own environment, arguments, streams and paths."""

NEEDS: dict[str, str] = {it.name: it.needs for it in RULES if it.needs}
"""Useless, and not to be had in restricted code, without that other permission."""

UNRESTRICTABLE: dict[str, str] = {it.name: it.reason for it in RULES if it.access == "never"}
"""What would undo restricted code, granted or not; such an app asks for ``code = "trusted"``."""

GRANTABLE: dict[str, str] = {it.name: it.reason for it in RULES if it.access == "grant" and not it.needs}
"""Modules that restricted code may be granted, with what is below them."""

PRELOADED = tuple(it.name for it in RULES if it.preload)
"""What the zygote imports before it forks."""

PROCESS_PATCHES = tuple(chain.from_iterable(it.process_patches for it in RULES))
"""Patches that are armed before any restricted code runs."""

INSTANCE_ONLY: dict[str, tuple[str, ...]] = {cls: methods for it in RULES for cls, methods in it.instance_only.items()}
"""By dotted class, the methods that are for its instances alone."""


def at_and_above(name: str) -> Iterator[ModuleRule]:
    """The rows of that module and of the packages that it is in."""
    while name:
        if name in REGISTRY:
            yield REGISTRY[name]
        name = name.rpartition(".")[0]


def library_facts() -> LibraryFacts:
    """What the guards of restricted code ask of the library's classes."""
    return LibraryFacts(
        free=frozenset(name.partition(".")[0] for name in SAFE),
        needing=frozenset(NEEDS),
        settable=frozenset(chain.from_iterable(it.settable for it in RULES)),
        open_modules=frozenset(chain.from_iterable(it.open_modules for it in RULES)),
        value_modules=frozenset(chain.from_iterable(it.value_modules for it in RULES)),
        final={what: why for it in RULES for what, why in it.final.items()},
    )
