"""No app writes into another app"s folder."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open(target.NEIGHBOUR + "/planted", "w") as file:
        return "ESCAPED: wrote " + str(file.write("planted"))
