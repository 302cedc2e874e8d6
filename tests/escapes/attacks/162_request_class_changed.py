"""No app changes a class of the framework."""

CLASS = "vaas"
BOUNDARY = "language"
NEEDS = ()


import vaas


def attack():
    vaas.Request.json = lambda self: {"owned": True}
    return "ESCAPED: " + str(vaas.Request.json(None))
