"""What is asked of one app of ``apps/``. The apps: ``table.py``; how they are asked: ``matrix.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.compat.asking import Ask, Caller


class Case(NamedTuple):
    folder: str
    """In ``apps/``."""
    packages: tuple[str, ...]
    """The distributions that it is about, as its requirements name them."""
    tried: str
    """For people."""
    asks: tuple[Ask, ...] = ()
    talk: Callable[[Caller], None] | None = None
    """What a row cannot say: sockets, logins."""
    prepare: Callable[[Caller], None] | None = None
    """Once, after the deploy."""
    name: str = ""
    """Of the app, if not the folder's."""
    entry: str = ""
    """If not the manifest's."""
    restricted: str = ""
    """Why it does not run as restricted code; empty: it does."""
    note: str = ""
    needs: str = ""
    """A server that must be on this machine: ``postgres``, ``redis``."""

    @property
    def app(self) -> str:
        return self.name or self.folder
