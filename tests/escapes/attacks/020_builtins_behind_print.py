"""No app reaches the built-in names behind a built-in function."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    return "ESCAPED: " + print.__self__.open("/etc/hostname").read()
