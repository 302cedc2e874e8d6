"""No app makes a class by a function that claims to be the machine"s own."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("abc",)


def forge(name, bases, namespace, **more):
    return sorted(namespace)


def attack():
    forge.__module__ = "vaas.core.virtual.stdlib.facades.safe_abc"

    class Mine(**{"metaclass": forge}):
        pass

    return "ESCAPED: a class statement made " + str(Mine)
