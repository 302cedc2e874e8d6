"""Local: what ``vaas dev`` gives an app of its developer's folder: a place for its data, and what ``.env`` says.

Made by ``cli/vaas_cli/local_folders.py``, read by ``specs.py`` and ``folders.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Local:
    data: Path
    """Where it keeps its ``/data``."""
    env: Mapping[str, str]
    """Variables that neither the node's environment, where that is granted, nor ``vaas settings`` gives."""


LocalOf = Callable[[str], Local | None]
"""What an app, by its name, has of its developer's."""


def nothing_local(app: str) -> None:
    """For a node that is no developer's."""
