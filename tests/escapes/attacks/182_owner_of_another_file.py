"""No app changes the owner of another app"s file."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    if os.getenv("VAAS_CANARY") and os.getuid():
        return "ABSENT: only root may give files away"
    place = target.NEIGHBOUR + "/to-change"
    os.chown(place, 12345, 12345)
    return "ESCAPED: owner 12345" if os.stat(place).st_uid == 12345 else ""
