"""No app reads the private parts of the framework"s objects by inheriting from their class."""

CLASS = "vaas"
BOUNDARY = "language"
NEEDS = ()


import vaas


class Mine(type(vaas.log)):
    def steal(self, other):
        self.__dict__.update(vars(other))
        return self._find()


def attack():
    mine = Mine(None)
    return "ESCAPED: " + mine.steal(vaas.log).name
