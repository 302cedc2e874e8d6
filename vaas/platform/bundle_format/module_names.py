"""Writes down which modules each installed package has, in ``top_level.txt`` of its ``.dist-info``.

The installer's own list of files (``RECORD``) tells it, but also of this machine, so it does not go into a bundle. Who
reads it: ``core/virtual/distributions.py``. Called by ``vendor.py``.
"""

from __future__ import annotations

import csv
from pathlib import Path

from vaas.core.virtual.distributions import INFO, MODULES, top_level


def write_module_names(installed: Path) -> None:
    """For each package in that folder that has a ``RECORD``; over what its author may have written."""
    for record in installed.glob(f"*{INFO}/RECORD"):
        with record.open(newline="", encoding="utf-8") as lines:
            modules = top_level(row[0] for row in csv.reader(lines) if row)
        (record.parent / MODULES).write_text("".join(f"{name}\n" for name in sorted(modules)))
