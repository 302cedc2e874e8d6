"""Zygotes that see less of their system than there is: each module here, imported by one, takes layers away.

Only for ``confinement.py``: what a host does not find, it does not put between itself and the app.
"""

from __future__ import annotations

import sys

from msgspec.structs import replace

from vaas.core.confine.system import Capabilities, probe


def see(**less: object) -> None:
    """Has the zygote that runs as this process's program believe so of its system."""

    def probe_less(folders: tuple[str, ...] = ()) -> Capabilities:
        return replace(probe(folders), **less)

    vars(sys.modules["__main__"])["probe"] = probe_less
