"""No app changes a library of the interpreter."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    place = os.path.dirname(os.__file__) + "/planted_by_an_app.py"
    with open(place, "w") as file:
        file.write("planted = 1")
    os.unlink(place)
    return "ESCAPED: wrote " + place
