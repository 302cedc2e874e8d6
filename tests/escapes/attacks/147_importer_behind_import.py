"""No app reaches the machine behind its import function."""

CLASS = "imports"
BOUNDARY = "language"
NEEDS = ()


def attack():
    return "ESCAPED: " + __import__.__self__.__class__.__name__
