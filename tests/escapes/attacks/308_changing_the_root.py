"""No app changes what it calls the root."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    if os.getenv("VAAS_CANARY") and os.getuid():
        return "ABSENT: only root may"
    os.chroot(target.TMP)
    return "ESCAPED: " + str(os.listdir("/"))
