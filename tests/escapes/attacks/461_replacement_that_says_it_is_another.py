"""No app changes what others put in the place of what they found."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("re",)


import re


class Evil(str):
    def __hash__(self):
        return hash(r"<\1>")

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


def attack():
    re.compile("(q+)").sub(Evil(r"!\1\1"), "qq")
    re.sub("(q+)", Evil(r"!\1\1"), "qq")
    found = re.compile("(q+)").sub(r"<\1>", "qq")
    return "ESCAPED: everybody's is " + found if found != "<qq>" else ""
