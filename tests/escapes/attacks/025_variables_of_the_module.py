"""No app finds the built-in names among its own variables."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    found = globals()["__builtins__"]
    found = found if isinstance(found, dict) else vars(found)
    return "ESCAPED: " + found["open"]("/etc/hostname").read()
