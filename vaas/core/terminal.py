"""Terminal: what a command of ``vaas run`` has as its standard streams, if its caller sits at one.

The node makes the pair and keeps the master (``core/pool/hosts/descriptors.py``); the process takes the other end as
its controlling terminal (``core/host/child.py``).
"""

from __future__ import annotations

import re

import msgspec

from vaas.core.errors import InvalidInput

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
"""As files of terminfo are called."""
MOST = 9_999
"""Rows or columns; the kernel keeps each in 16 bits."""


class TerminalInvalid(InvalidInput):
    """A terminal has a name such as xterm-256color, and from 1 to 9999 rows and columns, not {found}."""


class Terminal(msgspec.Struct, frozen=True):
    name: str
    """Of its kind: the program's ``TERM``."""
    rows: int
    columns: int

    def checked(self) -> Terminal:
        """Itself. Raises ``TerminalInvalid``."""
        if NAME.fullmatch(self.name) and 0 < self.rows <= MOST and 0 < self.columns <= MOST:
            return self
        raise TerminalInvalid(found=f"{self.name[:64]!r} with {self.rows} by {self.columns}")
