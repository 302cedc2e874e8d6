"""No app copies a file from elsewhere by changing folders as its second path is read."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os", "shutil")


import os
import shutil

from target import DATA


class Target:
    def __fspath__(self):
        if not os.path.exists(DATA + "/e"):
            os.rename(DATA + "/d", DATA + "/e")
            os.rename(DATA + "/links", DATA + "/d")
        return DATA + "/copy"


def attack():
    os.makedirs(DATA + "/d/out")
    with open(DATA + "/d/out/secret", "w") as file:
        file.write("mine")
    shutil.copyfile(DATA + "/d/out/secret", Target())
    with open(DATA + "/copy") as file:
        text = file.read()
    return "ESCAPED: " + text if text != "mine" else ""
