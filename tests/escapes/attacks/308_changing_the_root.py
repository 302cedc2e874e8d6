"""No app changes what it calls the root."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    if os.getuid() and os.getenv("VAAS_CANARY"):
        return "ABSENT: only root may"
    os.chroot(target.TMP)
    return "ESCAPED: " + str(os.listdir("/"))
