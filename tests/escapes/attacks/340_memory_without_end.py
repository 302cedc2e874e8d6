"""No app takes more memory than its limit."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("mmap",)


import mmap


def attack():
    taken = mmap.mmap(-1, 4 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
    return "ESCAPED: " + str(len(taken))
