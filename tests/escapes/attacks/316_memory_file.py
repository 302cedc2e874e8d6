"""No app keeps memory that no limit counts."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    made = os.memfd_create("uncounted")
    os.ftruncate(made, 1 << 30)
    return f"ESCAPED: descriptor {made}"
