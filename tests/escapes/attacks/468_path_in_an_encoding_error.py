"""No app learns where its folders really lie from a name that cannot be encoded."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ("os",)


import os

import target


def attack():
    found = []
    for act in (open, os.stat, os.listdir, os.mkdir, os.path.realpath, os.path.exists):
        try:
            act(target.DATA + "/\ud800")
        except UnicodeEncodeError as error:
            found.append(error.object)
    return "ESCAPED: " + [it for it in found if "/vaas-escapes" in it][0]
