"""No app leaves messages where all processes share memory."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    place = f"/dev/shm/vaas-escapes-{os.getpid()}"
    with open(place, "w") as file:
        file.write("message")
    os.unlink(place)
    return "ESCAPED: wrote " + place
