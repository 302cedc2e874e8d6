"""No app makes a class by a metaclass of its own."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("abc",)


class Forge:
    def __getattribute__(self, name):
        if name == "__module__":
            return "vaas.core.virtual.stdlib.facades.safe_abc"
        raise AttributeError(name)

    def __call__(self, name, bases, namespace, **more):
        return sorted(namespace)


def attack():
    class Mine(**{"metaclass": Forge()}):
        pass

    return "ESCAPED: a class statement made " + str(Mine)
