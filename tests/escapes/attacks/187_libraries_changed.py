"""No app changes a library of the interpreter."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import base64
import os


def attack():
    place = (
        base64.__file__.replace("base64", "planted_by_an_app")
        if hasattr(base64, "__file__")
        else "/usr/lib/planted_by_an_app"
    )
    with open(place, "w") as file:
        file.write("planted = 1")
    os.unlink(place)
    return "ESCAPED: wrote " + place
