"""No app makes a device of its own."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    if os.getenv("VAAS_CANARY") and os.getuid():
        return "ABSENT: only root may make devices"
    place = target.TMP + "/device"
    os.mknod(place, 0o600 | 0o020000, os.makedev(1, 5))
    with open(place, "rb") as file:
        return "ESCAPED: read " + str(len(file.read(4))) + " bytes of a device"
