"""No app reads what another left open."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    for descriptor in range(3, 256):
        try:
            text = os.pread(descriptor, 100, 0)
        except OSError:
            continue
        if text.startswith(b"neighbour-"):
            return "ESCAPED: " + text.decode()
