"""No app reads attributes in an expression within a string."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ()


def attack():
    return f"ESCAPED: {print.__self__.open('/etc/hostname').read()}"
