"""No app sees the exception that a library is handling: not by what runs as garbage is collected."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("functools", "sys")


import functools
import sys

found = []


class Cycle:
    def __init__(self):
        self.me = self

    def __del__(self):
        error = sys.exception()
        if isinstance(error, KeyError) and isinstance(error.args[0], type):
            found.append(error.args[0])


def plain(value):
    pass


def attack():
    for much in range(3000):
        dispatch = functools.singledispatch(plain)
        garbage = [Cycle() for _ in range(much % 50)]
        del garbage
        filling = [[] for _ in range(much % 701)]
        dispatch(int)
        if found:
            liar = found[0]("Liar", (), {"__class__": property(lambda self: int)})
            return "ESCAPED: a number that is none: " + repr(liar()) if isinstance(liar(), int) else ""
    return ""
