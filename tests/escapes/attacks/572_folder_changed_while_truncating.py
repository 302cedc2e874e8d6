"""No app changes a file elsewhere by changing folders between the check and the change."""

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
        return 3


def attack():
    os.makedirs(DATA + "/d/out")
    with open(DATA + "/d/out/to-truncate", "w") as file:
        file.write("mine")
    os.truncate(DATA + "/d/out/to-truncate", Swap())
    return "ESCAPED: truncated" if os.stat(DATA + "/e/out/to-truncate").st_size == 4 else ""
