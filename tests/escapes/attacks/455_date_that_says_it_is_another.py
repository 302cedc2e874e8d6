"""No app changes how others read their dates."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("datetime",)


import datetime


class Evil(str):
    def __hash__(self):
        return hash("%Y-%m-%d")

    def __eq__(self, other):
        return True


def attack():
    read = datetime.datetime.strptime
    assert read("01-02-2003", Evil("%d-%m-%Y")).year == 2003
    return "ESCAPED: to everybody 01-02-2003 is of the form %Y-%m-%d: " + str(read("01-02-2003", "%Y-%m-%d"))
