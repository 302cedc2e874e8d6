"""No app changes the table of media types that others are served by."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("mimetypes",)


import mimetypes


def attack():
    mimetypes.types_map[".html"] = "text/owned"
    return "ESCAPED: " + mimetypes.guess_type("x.html")[0] if mimetypes.guess_type("x.html")[0] == "text/owned" else ""
