"""What an installation says of its packages: their versions, and which modules each has.

The installer's own list of files (``RECORD``) tells the modules, but also of this machine, so it does not go into a
layer: ``top_level.txt`` in each ``.dist-info`` does, over what its author may have written. Who reads it:
``core/virtual/distributions.py``. Called by ``build_layer.py``.
"""

from __future__ import annotations

import csv
from email.parser import HeaderParser
from pathlib import Path

from vaas.core.virtual.distributions import INFO, METADATA, MODULES, normal, top_level


def module_names(installed: Path) -> dict[str, bytes]:
    """The files to add, for each package in that folder that has a ``RECORD``."""
    found = {}
    for record in installed.glob(f"*{INFO}/RECORD"):
        with record.open(newline="", encoding="utf-8") as lines:
            modules = top_level(row[0] for row in csv.reader(lines) if row)
        found[f"{record.parent.name}/{MODULES}"] = "".join(f"{name}\n" for name in sorted(modules)).encode()
    return found


def versions(installed: Path) -> dict[str, str]:
    """By the packages' normal names."""
    found = {}
    for file in sorted(installed.glob(f"*{INFO}/{METADATA}")):
        about = HeaderParser().parsestr(file.read_text("utf-8", errors="replace"))
        found[normal(str(about.get("Name", "")))] = str(about.get("Version", ""))
    return found
