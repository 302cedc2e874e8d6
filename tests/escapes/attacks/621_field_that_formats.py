"""No generated comparison hands over a method of a string that reads attributes by names."""

CLASS = "format"
BOUNDARY = "language"
NEEDS = ("dataclasses",)


import dataclasses

found = []


class Evil:
    def __eq__(self, other):
        found.append(other)
        return True


@dataclasses.dataclass
class Field:
    format: object


def attack():
    class Own(Field, str):
        def __new__(cls, *given):
            return str.__new__(cls, "{0.__class__.__base__}")

        def __init__(self, *given):
            pass

    one, other = Own(), Own()
    Field.__init__(other, Evil())
    one == other
    return "ESCAPED: " + found[0](1)
