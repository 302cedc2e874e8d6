"""How long one line of a log may be, and what is left of a longer one.

Cut by the host that sends it (``core/host/host_output.py``) and again by the node, which does not trust the host
(``platform/logs/log_store.py``). What the app prints comes in pieces of that size (``core/virtual/console.py``)."""

from __future__ import annotations

MAX_LINE = 16 * 1024
"""Characters of one line, with the note that it was cut: a line is one packet on the log socket, UTF-8 included."""

_NOTE = "… ({} more characters)"
_ROOM = len(_NOTE) + 20
"""Characters kept for the note."""


def shorten(text: str) -> str:
    """The text itself, or its beginning and how much is missing: together at most ``MAX_LINE`` characters."""
    if len(text) <= MAX_LINE:
        return text
    kept = MAX_LINE - _ROOM
    return text[:kept] + _NOTE.format(len(text) - kept)
