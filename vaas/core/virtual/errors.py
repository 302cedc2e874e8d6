"""What can go wrong between an app's code and its machine. Next: ``import_decision.py``."""

from __future__ import annotations

from vaas.core.errors import InvalidInput, NotAllowed, NotFound


class ImportDenied(NotAllowed, ModuleNotFoundError):
    """{where}: this app may not import {module!r}: {why}. {remedy}"""

    def __init__(self, *, module: str, where: str, why: str, remedy: str) -> None:
        super().__init__(module=module, where=where, why=why, remedy=remedy)
        self.name = module


class ModuleMissing(NotFound, ModuleNotFoundError):
    """{where}: there is no module {module!r}: it is not a file of the app, not in its _vendor folder, and not
    installed. Check the spelling, or add its package to requirements.txt."""

    def __init__(self, *, module: str, where: str) -> None:
        super().__init__(module=module, where=where)
        self.name = module


class NameMissing(NotFound):
    """{file} defines no {name!r}. {hint}"""


class BadEntry(InvalidInput):
    """The entry {entry!r} is not of the form "module:name", such as "app:Hello"."""


class MachineClosed(NotAllowed):
    """The machine {name!r} is closed: it runs no more code. Make a new Machine."""
