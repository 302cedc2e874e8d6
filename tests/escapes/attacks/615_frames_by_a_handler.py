"""No app reads the frames of the machinery in what a handler makes of an error."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("logging", "importlib")


import importlib
import logging


class Keep:
    def __enter__(self):
        return self

    def __exit__(self, *found):
        self.found = found
        return True


class Record:
    exc_text = stack_info = None

    def getMessage(self):
        return "x"


def attack():
    with Keep() as kept:
        importlib.import_module("nothing_of_that_name")
    record = Record()
    record.exc_info = kept.found
    lines = logging.NullHandler().format(record).split("\n")
    inner = [it for it in lines if "importlib" in it and "File" in it or "/vaas/core/" in it]
    return "ESCAPED: frames within the machinery: " + inner[0] if inner else ""
