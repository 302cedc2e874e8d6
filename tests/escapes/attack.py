"""What an attack says of itself: read from its file, without running it.

``NEEDS``: modules that it must be granted; ``GRANTS``: other permissions; ``BOUNDARY``: which layer must hold it:
``language``, ``kernel`` or ``both``; ``CLASS``: the kind of idea; ``FILES``: further files of its bundle. Its docstring
is the law that it tries to break. Next: ``world.py``.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "attacks"


@dataclass(frozen=True)
class Attack:
    name: str
    law: str
    kind: str
    boundary: str
    needs: tuple[str, ...]
    grants: dict[str, Any]
    files: dict[str, str]
    text: str

    def is_held_by(self, layer: str) -> bool:
        return self.boundary in (layer, "both")


@cache
def attacks() -> dict[str, Attack]:
    """Every attack by its name, in order."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.py"))}


def _read(path: Path) -> Attack:
    text = path.read_text()
    tree = ast.parse(text)
    said = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper()
    }
    return Attack(
        name=path.stem,
        law=ast.get_docstring(tree) or "",
        kind=said["CLASS"],
        boundary=said["BOUNDARY"],
        needs=tuple(said["NEEDS"]),
        grants=said.get("GRANTS", {}),
        files=said.get("FILES", {}),
        text=text,
    )
