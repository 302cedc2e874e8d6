"""Attacks that escape today, by way and name, with what the hole is. Each is an expected failure, strictly: whoever
mends one takes it out of here."""

from __future__ import annotations

HOLES: dict[tuple[str, str], str] = {
    (
        "restricted",
        "608_array_that_shrinks_while_it_is_set",
    ): "array.array writes past its end when a value's __index__ shrinks it: memory of the process, on 3.11 to 3.13",
}
