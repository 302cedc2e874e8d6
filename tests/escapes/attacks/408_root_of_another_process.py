"""No app goes to a file by the root of another process."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import target


def attack():
    with open(f"/proc/{target.SUPERVISOR_PID}/root{target.NEIGHBOUR}/secret") as file:
        return "ESCAPED: " + file.read()
