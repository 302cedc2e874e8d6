"""No app reads another app"s data by a link in a folder that it copies."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("shutil",)


import shutil

import target


def attack():
    shutil.copytree(target.DATA + "/links", target.TMP + "/copy")
    with open(target.TMP + "/copy/out/secret") as file:
        return "ESCAPED: " + file.read()
