"""No app learns the real working folder from a relative path."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ("os",)


import os


def attack():
    found = os.path.relpath("/")
    return "ESCAPED: the folder is this deep: " + found if found.count("..") > 1 else found
