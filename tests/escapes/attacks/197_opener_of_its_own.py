"""No app brings its own way of opening to open()."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    with open("hostname", opener=lambda path, flags: os.open("/etc/hostname", flags)) as file:
        return "ESCAPED: " + file.read()
