"""No app puts another file in the place of its code."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    with open(target.DATA + "/other.py", "w") as file:
        file.write("other = 1")
    os.replace(target.DATA + "/other.py", target.APP + "/target.py")
    return "ESCAPED: replaced"
