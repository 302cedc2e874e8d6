"""Lists of names, written as prose so that a page of them can be read."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())
