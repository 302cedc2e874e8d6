"""No app runs text."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    space = {}
    exec("import os\nfound = os.environ['VAAS_CANARY']", space)
    return "ESCAPED: " + space["found"]
