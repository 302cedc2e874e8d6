"""No app reaches a class by the bases of one of its own."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ()


class Mine(Exception):
    pass


def attack():
    return "ESCAPED: " + str(len(Mine.__bases__[0].__base__.__base__.__subclasses__()))
