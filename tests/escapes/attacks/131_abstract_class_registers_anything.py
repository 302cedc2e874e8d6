"""No app changes what everybody"s isinstance says of a built-in type."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("collections.abc",)


import collections.abc


def attack():
    collections.abc.MutableMapping.register(str)
    said = isinstance("text", collections.abc.MutableMapping)
    return "ESCAPED: text is now a mapping" if said else ""
