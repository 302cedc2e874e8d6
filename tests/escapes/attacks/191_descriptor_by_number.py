"""No app opens a descriptor by its number."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("io", "os", "stat")


import io
import os
import stat


def attack():
    for number in range(3, 256):
        try:
            if stat.S_ISREG(os.stat(number).st_mode):
                text = io.FileIO(number, closefd=False).read(100)
                if text.startswith(b"neighbour-"):
                    return "ESCAPED: " + text.decode()
        except OSError:
            continue
