"""No app reads a frame by a keyword in a pattern."""

CLASS = "match"
BOUNDARY = "language"
NEEDS = ("collections.abc",)


import collections.abc


def attack():
    generator = (it for it in "x")
    match generator:
        case collections.abc.Generator(gi_frame=frame):
            return "ESCAPED: " + frame.f_globals["__name__"]
