"""No app is handed an exception of a library that carries a real path."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ("shutil",)


import shutil

import target


def attack():
    try:
        shutil.copyfile(target.DATA + "/missing", target.TMP + "/there")
    except OSError as error:
        if "/vaas-escapes" in str(error.filename) + str(error.filename2):
            return "ESCAPED: " + str(error.filename)
