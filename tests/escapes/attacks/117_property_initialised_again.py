"""No app changes a property of a library"s class in place."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("pathlib",)


import fractions


def attack():
    fractions.Fraction.numerator.__init__(lambda self: 666)
    return "ESCAPED: a third has the numerator " + str(fractions.Fraction(1, 3).numerator)
