"""No app names the table of built-ins."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    found = __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)
    return "ESCAPED: " + found["open"]("/etc/hostname").read()
