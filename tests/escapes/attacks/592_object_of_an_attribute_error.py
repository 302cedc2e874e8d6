"""No error of a library hands an app the class of a class."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("contextlib",)


import contextlib


def attack():
    try:
        contextlib.ExitStack().enter_context(int)
    except TypeError as error:
        kind = error.__context__.obj
    liar = kind("Liar", (), {"__class__": property(lambda self: int)})
    return "ESCAPED: a number that is none: " + repr(liar()) if isinstance(liar(), int) else ""
