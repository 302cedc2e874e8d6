"""No app reads a file as if it were source."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("linecache",)


import linecache


def attack():
    line = linecache.getline("/etc/hostname", 1)
    return "ESCAPED: " + line if line else ""
