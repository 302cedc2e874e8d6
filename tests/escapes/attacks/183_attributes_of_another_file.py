"""No app writes attributes to another app"s file."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    place = target.NEIGHBOUR + "/to-change"
    try:
        os.setxattr(place, "user.planted", b"planted")
    except OSError as error:
        if error.errno == 95 and os.getenv("VAAS_CANARY"):
            return "ABSENT: this file system has no attributes"
        raise
    return "ESCAPED: " + os.getxattr(place, "user.planted").decode()
