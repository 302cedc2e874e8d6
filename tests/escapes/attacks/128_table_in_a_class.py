"""No app changes a table that hangs on a library"s class."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("textwrap",)


import textwrap


def attack():
    textwrap.TextWrapper.unicode_whitespace_trans[ord("a")] = "b"
    return "ESCAPED: " + textwrap.fill("a") if textwrap.fill("a") == "b" else ""
