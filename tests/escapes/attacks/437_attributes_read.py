"""No app reads what another has noted on its files."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    path = target.NEIGHBOUR + "/secret"
    names = os.listxattr(path)
    if "user.note" not in names:
        return "ABSENT: this file system keeps no notes"
    return "ESCAPED: " + os.getxattr(path, "user.note").decode()
