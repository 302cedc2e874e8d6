"""No app opens a descriptor by its number."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("io",)


import io


def attack():
    for number in range(3, 64):
        try:
            text = io.FileIO(number, closefd=False).read(100)
        except OSError:
            continue
        if text and text.startswith(b"neighbour-"):
            return "ESCAPED: " + text.decode()
