"""No app changes its own code."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open(target.APP + "/attack.py", "r+") as file:
        file.seek(0, 2)
        return "ESCAPED: wrote " + str(file.write("# changed"))
