"""No app leaves messages where all processes share memory."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

PLACE = "/dev/shm/vaas-escapes-message"


def attack():
    if os.path.realpath(os.path.dirname(PLACE)) == "/tmp":
        return "there is no such folder but the app's own, on disk"
    with open(PLACE, "w") as file:
        file.write("message")
    os.unlink(PLACE)
    return "ESCAPED: wrote " + PLACE
