"""No app makes a class with a special method that it may not define."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("abc",)


import abc


class Hidden(dict):
    def __iter__(self):
        return iter([])


def attack():
    made = abc.ABCMeta("Made", (), Hidden({"__class__": property(lambda self: bytes), "__reduce__": lambda self: "it"}))
    return "ESCAPED: a made object passes for bytes" if isinstance(made(), bytes) else ""
