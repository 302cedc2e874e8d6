"""No app makes a file without a name in the folder of another."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    made = os.open(target.NEIGHBOUR, os.O_TMPFILE | os.O_RDWR, 0o600)
    os.write(made, b"planted")
    return "ESCAPED: wrote " + str(os.fstat(made).st_size)
