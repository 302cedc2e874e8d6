"""No app reads another app"s data."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open(target.NEIGHBOUR + "/secret") as file:
        return "ESCAPED: " + file.read()
