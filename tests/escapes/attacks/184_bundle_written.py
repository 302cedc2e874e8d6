"""No app writes into its own bundle."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open(target.APP + "/planted.py", "w") as file:
        return "ESCAPED: wrote " + str(file.write("planted = 1"))
