"""No app reads the variables of the framework"s functions."""

CLASS = "vaas"
BOUNDARY = "both"
NEEDS = ()


import vaas


def attack():
    names = ["__glo", "bals__"]
    space = getattr(vaas.file, "".join(names))
    return "ESCAPED: " + space["os"].environ["VAAS_CANARY"]
