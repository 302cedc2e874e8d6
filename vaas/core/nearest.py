"""The name that was probably meant by one that does not exist, for messages to people.

A comparison costs some microseconds a name and grows with both lengths, and what is compared comes from anybody: so it
is bounded, in length and count. The gateway compares nothing but in `vaas dev`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

LONGEST = 64
"""Characters of a name that is compared: those of apps and settings are shorter."""
MOST = 200
"""Names it is compared with: 2 ms."""
SLIP = 4
"""Characters by which a slip of the pen makes a name longer or shorter at most."""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The most similar of the known names; empty if none is similar, or the word is no name by its length."""
    if len(word) > LONGEST:
        return ""
    from difflib import get_close_matches  # only when something is wrong: a command line has no time for its import

    as_long = (name for name in known if abs(len(name) - len(word)) <= SLIP)
    return next(iter(get_close_matches(word, islice(as_long, MOST), n=1, cutoff=cutoff)), "")
