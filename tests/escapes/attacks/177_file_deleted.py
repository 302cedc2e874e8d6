"""No app deletes another app"s file."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.unlink(target.NEIGHBOUR + "/to-delete")
    return "ESCAPED: deleted"
