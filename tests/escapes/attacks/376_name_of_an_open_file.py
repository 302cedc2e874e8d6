"""No app learns where its folders really lie from an open file."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ()


import target


def attack():
    with open(target.TMP + "/mine", "w") as file:
        return "ESCAPED: " + file.name if "/vaas-escapes" in file.name else file.name
