"""No app reads by position by giving a built-in type"s name to another class."""

CLASS = "match"
BOUNDARY = "language"
NEEDS = ("abc",)


import abc


class Seen(abc.ABC):
    __match_args__ = ("gi_frame",)


def attack():
    generator = (it for it in "x")
    Seen.register(type(generator))
    list = Seen
    match generator:
        case list(frame):
            return "ESCAPED: line " + str(frame.f_lineno)
