"""No app changes what the framework says to everybody, through the class of its context."""

CLASS = "vaas"
BOUNDARY = "language"
NEEDS = ()


import vaas


def attack():
    kind = type(vaas.context)
    kind.app.__init__(lambda self: "another app")
    return "ESCAPED: this is " + vaas.context.app
