"""No app turns a number into an object by an attribute that it hangs on an exception group while that is matched."""

CLASS = "interpreter"
BOUNDARY = "language"
NEEDS = ("itertools", "sys")


import itertools
import sys

kept = []
secret = [b"kept by its address alone"]


def kind():
    sys.exception().split = lambda kind: itertools.islice((), id(secret), id(None))
    return KeyError


def attack():
    try:
        try:
            raise ExceptionGroup("x", [ValueError()])
        except* kind() as match:
            kept.append(match)
    except TypeError:
        return "ABSENT: this Python looks at what split() returns"
    return "ESCAPED: an object by its address: " + repr(kept[0]) if kept[0] is secret else ""
