"""No app removes another"s folder."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("shutil",)


import shutil

import target


def attack():
    shutil.rmtree(target.DATA + "/links/out/", ignore_errors=True)
    shutil.rmtree(target.NEIGHBOUR)
    return "ESCAPED: removed"
