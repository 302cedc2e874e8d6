"""No app evaluates text."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    return "ESCAPED: " + eval("__import__('os').environ['VAAS_CANARY']")
