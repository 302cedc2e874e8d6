"""No app reads a file outside its folders."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


def attack():
    with open("/etc/hostname") as file:
        return "ESCAPED: " + file.readline()
