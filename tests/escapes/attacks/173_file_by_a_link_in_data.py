"""No app reads another app"s data by a link in its own folder."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open(target.DATA + "/links/out/secret") as file:
        return "ESCAPED: " + file.read()
