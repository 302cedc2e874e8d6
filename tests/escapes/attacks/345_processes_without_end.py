"""No app starts ten processes at once."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    children = []
    for _ in range(10):
        child = os.fork()
        if child == 0:
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return "ESCAPED: " + str(len(children))
