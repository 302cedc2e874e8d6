"""No granted library hands an app the streams of the process."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ("cmd",)


import cmd


def attack():
    stream = cmd.Cmd().stdin
    return "ESCAPED: " + repr(stream) if getattr(stream, "name", "") == "<stdin>" else ""
