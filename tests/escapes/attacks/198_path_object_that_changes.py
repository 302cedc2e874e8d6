"""No app gives one path to the check and another to the kernel."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


class Path:
    def __init__(self):
        self.given = ["/etc/hostname"] * 9 + [target.DATA + "/links"] * 0

    def __fspath__(self):
        return self.given.pop()


def attack():
    with open(Path()) as file:
        return "ESCAPED: " + file.read()
