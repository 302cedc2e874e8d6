"""No app starts a process of its own."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "ESCAPED: forked " + str(child)
