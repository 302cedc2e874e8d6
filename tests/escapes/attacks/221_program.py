"""No app starts a program."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("subprocess",)


import subprocess


def attack():
    return "ESCAPED: " + subprocess.check_output(["/bin/cat", "/etc/hostname"], text=True)
