"""No app reads files of a package that is not its own."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("importlib.resources",)


import importlib.resources


def attack():
    return (
        "ESCAPED: "
        + importlib.resources.files("starlette").joinpath("status.py").read_text()[:40]
        + open("/etc/hostname").read()
    )
