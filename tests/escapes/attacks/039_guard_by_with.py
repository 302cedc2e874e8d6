"""No app takes the place of a guard by a with statement."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ("contextlib",)


import contextlib


def attack():
    with contextlib.nullcontext("own guard") as _prove_:
        return "ESCAPED: " + _prove_
