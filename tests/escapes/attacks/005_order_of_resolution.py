"""No app lists the classes that a class is made of."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ()


def attack():
    return "ESCAPED: " + type.mro(bool)[1].__name__ + str(int.mro()[-1].__subclasses__()[:1])
