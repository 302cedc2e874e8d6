"""No app goes to a file by the working folder of another process."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    return "ESCAPED: " + str(os.listdir(f"/proc/{target.SUPERVISOR_PID}/cwd/"))[:60]
