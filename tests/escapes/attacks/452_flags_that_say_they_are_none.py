"""No app compiles a pattern for everybody else."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("re",)


import re


class Evil(int):
    def __hash__(self):
        return hash(0)

    def __eq__(self, other):
        return True

    def __and__(self, other):
        return 0


def attack():
    re.compile("[q-z]+", Evil(int(re.I)))
    found = re.match("[q-z]+", "QRS")
    return "ESCAPED: everybody's [q-z]+ matches " + found.group() if found else ""
