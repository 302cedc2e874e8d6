"""No app reaches the built-in names behind a function that is not replaced."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    return "ESCAPED: " + getattr(len, "__self__").open("/etc/hostname").read()
