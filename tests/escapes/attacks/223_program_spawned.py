"""No app spawns a program without forking first."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    child = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(child, 0)
    return "ESCAPED: spawned " + str(child)
