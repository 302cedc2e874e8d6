"""No app changes how others read their binary data."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("struct",)


import struct


class Evil(str):
    def __hash__(self):
        return hash("<H")

    def __eq__(self, other):
        return True


def attack():
    struct.calcsize(Evil("<Q"))
    return "ESCAPED: <H has " + str(struct.calcsize("<H")) + " bytes" if struct.calcsize("<H") != 2 else ""
