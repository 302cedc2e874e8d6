"""No app learns where a link of another leads."""

CLASS = "files"
BOUNDARY = "language"
NEEDS = ("os",)


import os


def attack():
    return "ESCAPED: " + os.readlink("/proc/self/exe")
