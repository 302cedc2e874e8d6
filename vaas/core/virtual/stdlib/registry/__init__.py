"""The registry: one ``ModuleRule`` for each module of Python's library that was read (``rule.py``), by its dotted name.

A module without a row was not read: restricted code cannot have it, granted or not, whatever a new Python brings.
What a module can reach was read from its source and tried by the attacks in ``tests/escapes``. To add a facade, write
its file in ``facades/`` and its row in one of these files. Next: ``tables.py``, which derives every other table.
"""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry import (
    arithmetic,
    concurrency,
    dates,
    files,
    formats,
    interpreter,
    language,
    mail,
    network,
    text,
)
from vaas.core.virtual.stdlib.registry.rule import ModuleRule

_PARTS = (language, arithmetic, text, formats, mail, dates, concurrency, files, network, interpreter)
RULES: tuple[ModuleRule, ...] = tuple(rule for part in _PARTS for rule in part.RULES)
REGISTRY: dict[str, ModuleRule] = {rule.name: rule for rule in RULES}
