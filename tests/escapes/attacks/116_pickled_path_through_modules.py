"""No app gets a metaclass by the path to it in a pickle."""

CLASS = "pickle"
BOUNDARY = "language"
NEEDS = ("pickle", "pathlib")


import pathlib
import pickle
import sys


def attack():
    path = b"pathlib.PurePosixPath._flavour.pathmod.os.abc.ABCMeta"
    if sys.version_info >= (3, 12):
        path = b"pathlib.PurePosixPath._flavour.os.abc.ABCMeta"
    if sys.version_info >= (3, 13):
        path = b"pathlib.PurePosixPath.parser.os.abc.ABCMeta"
    made = pickle.loads(b"\x80\x04\x8c\x06attack\x8c" + bytes([len(path)]) + path + b"\x93.")
    forged = made("Forged", (), {"__class__": property(lambda self: bytes)})
    return "ESCAPED: a class by " + made.__name__ if isinstance(forged(), bytes) else ""
