"""Text that is not ours on its way to a terminal or a log: what it shows is all that it does.

A character that moves a cursor, ends a line, turns the direction of what follows or is not seen at all is spelled out,
as in a Python string: ``\\x1b[2J``, ``\\n``, ``\\u202e``. Letters of every alphabet stay. The command line prints
through ``cli/vaas_cli/output.py``, the node's own log through ``vaas/platform/node/node_log.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_SPACES = frozenset("\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
"""Spaces that have a width: Python counts them as not printable, but they do nothing beyond what is seen."""

_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks without a shape (Unicode's Default_Ignorable_Code_Point, and the empty Braille pattern), which
Python counts as printable. The two selectors behind symbols, U+FE0E and U+FE0F, choose a shape that is seen."""

_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")


def one_line(text: str) -> str:
    """The text as one line, with nothing in it that does anything."""
    return _spelled(text, lambda sign: sign.encode("unicode_escape").decode("ascii"))


def set_in(text: str, indent: str) -> list[str]:
    """A text of several lines, such as a traceback, each a line of its own behind ``indent``, so that none of them
    passes for one of ours. Colours are left out, and tabs are blanks; all else that does something is spelled out."""
    lines = _COLOUR.sub("", text).replace("\r\n", "\n").rstrip("\n").split("\n")
    return [indent + one_line(line.expandtabs(8)) for line in lines]


def json_line(document: str) -> str:
    """A JSON document in one line, in which everything that does something is escaped: it means the same."""
    return _spelled(document, lambda sign: json.dumps(sign)[1:-1])


def _spelled(text: str, spell: Callable[[str], str]) -> str:
    if text.isprintable() and (text.isascii() or not _UNSEEN.search(text)):
        return text
    return "".join(sign if _is_harmless(sign) else spell(sign) for sign in text)


def _is_harmless(sign: str) -> bool:
    return sign in _SPACES or (sign.isprintable() and not _UNSEEN.match(sign))
