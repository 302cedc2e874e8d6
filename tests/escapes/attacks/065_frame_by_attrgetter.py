"""No app reads a frame by a function that follows names."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("operator",)


import operator


def attack():
    generator = (it for it in "x")
    return "ESCAPED: line " + str(operator.attrgetter("gi_frame.f_lineno")(generator))
