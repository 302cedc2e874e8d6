"""No app moves another"s file by the library for it."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("shutil",)


import shutil

import target


def attack():
    shutil.move(target.NEIGHBOUR + "/to-move", target.TMP + "/moved")
    with open(target.TMP + "/moved") as file:
        return "ESCAPED: " + file.read()
