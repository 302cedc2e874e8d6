"""No app reads by a granted program what it may not read itself."""

CLASS = "processes"
BOUNDARY = "kernel"
NEEDS = ("subprocess",)
GRANTS = {"subprocess": True}


import subprocess

import target


def attack():
    return "ESCAPED: " + subprocess.check_output(["/bin/cat", target.NEIGHBOUR + "/secret"], text=True)
