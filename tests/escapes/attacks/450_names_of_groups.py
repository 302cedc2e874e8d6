"""No app changes what the groups of everybody's pattern are called."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("re",)


import re


class Evil:
    def __eq__(self, table):
        table["word"] = table.pop("number")
        return True


def attack():
    re.compile("(?P<number>[0-9]+)").groupindex == Evil()
    names = re.compile("(?P<number>[0-9]+)").match("7").groupdict()
    return "ESCAPED: a group of the process is called " + str(list(names)) if "number" not in names else ""
