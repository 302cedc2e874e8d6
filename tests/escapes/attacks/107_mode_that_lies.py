"""No app writes into its own bundle."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


class Mode(str):
    def __iter__(self):
        return iter("r")


def attack():
    with open(target.APP + "/planted.py", Mode("w")) as file:
        file.write("planted = 1")
    with open(target.APP + "/planted.py") as file:
        return "ESCAPED: " + file.read()
