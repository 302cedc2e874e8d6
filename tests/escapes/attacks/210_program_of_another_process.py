"""No app learns what program another process runs."""

CLASS = "files"
BOUNDARY = "kernel"
NEEDS = ("os",)


import os

import target


def attack():
    return "ESCAPED: " + os.readlink(f"/proc/{target.SUPERVISOR_PID}/cwd")
