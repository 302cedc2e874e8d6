"""No app shares memory that no limit counts."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("mmap",)


import mmap


def attack():
    return "ESCAPED: " + str(len(mmap.mmap(-1, 1 << 30)))
