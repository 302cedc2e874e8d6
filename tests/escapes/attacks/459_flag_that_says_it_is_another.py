"""No app decides what flags of a library mean when others join them."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("re",)


import re


class Evil(int):
    def __hash__(self):
        return hash(24)

    def __eq__(self, other):
        return True

    def __and__(self, other):
        return int(self) & int(other)


def attack():
    re.RegexFlag(Evil(2 + 8 + 16))
    return "ESCAPED: everybody's M|S is " + repr(re.M | re.S) if int(re.M | re.S) != 24 else ""
