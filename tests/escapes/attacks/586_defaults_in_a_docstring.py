"""No signature shows what stands in a module that the app may not import."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ("inspect",)


import inspect


class Told:
    "Told($self, where=sys.executable)\n--\n\n"


def attack():
    return "ESCAPED: " + inspect.signature(Told).parameters["where"].default
