"""No app opens a file elsewhere by changing folders between the check and the opening."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

from target import DATA


class Swap:
    """A number that changes the folders while it is asked for."""

    def __index__(self):
        os.rename(DATA + "/d", DATA + "/e")
        os.rename(DATA + "/links", DATA + "/d")
        return -1


def attack():
    os.makedirs(DATA + "/d/out")
    with open(DATA + "/d/out/secret", "w") as file:
        file.write("mine")
    with open(DATA + "/d/out/secret", "r", Swap()) as file:
        text = file.read()
    return "ESCAPED: " + text if text != "mine" else ""
