"""No app is told what happens in another app"s folder."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

import target


def attack():
    libc = ctypes.CDLL(None)
    watching = libc.inotify_init()
    if watching >= 0 and libc.inotify_add_watch(watching, target.NEIGHBOUR.encode(), 0xFFF) >= 0:
        return "ESCAPED: it watches"
