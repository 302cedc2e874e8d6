"""Styled: text that may go to a terminal as it stands, since all in it that is foreign has been spelled out.

Only ``styled`` and ``joined`` make one. Whatever else is put into a string, an f-string too, makes it a plain ``str``
again, which ``output.py`` spells out: what is forgotten shows as ``\\x1b[31m``, and does nothing.
"""

from __future__ import annotations

import click

from vaas.core.printable import one_line


class Styled(str):
    """Made here only."""

    __slots__ = ()


def styled(text: str, **style: str | bool | None) -> Styled:
    """One line in the colour or weight that ``click.style`` calls so."""
    return Styled(click.style(joined(text), **style))  # type: ignore[arg-type]


def joined(*parts: str) -> Styled:
    """One line of these parts."""
    return Styled("".join(part if type(part) is Styled else one_line(part) for part in parts))
