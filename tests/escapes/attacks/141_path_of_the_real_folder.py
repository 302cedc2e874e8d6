"""No app learns where its folders really lie."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ()


import target


def attack():
    try:
        open(target.DATA + "/missing")
    except FileNotFoundError as error:
        return "ESCAPED: " + error.filename if "/vaas-escapes" in error.filename else error.filename
