"""No app runs a command of the shell."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    with os.popen("hostname") as pipe:
        text = pipe.read()
    return "ESCAPED: " + text if text else ""
