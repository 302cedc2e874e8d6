"""No app has a string evaluated that stands in a class with a subscript."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("typing",)


import typing

import vaas

found = []
CODE = (
    "leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    ".__init__.__globals__['environ']['VAAS_CANARY'])"
)


def leak(value):
    found.append(value)
    return int


Holder = typing.TypedDict("Holder", {"x": CODE})


class Part(Holder, typing.Generic[typing.TypeVar("T")]):
    pass


Shown = Part[int]


def attack():
    @vaas.app
    class Mine:
        @vaas.post("/")
        def take(self, body: Shown):
            pass

    try:
        vaas.asgi(Mine)
    except TypeError:
        pass
    return "ESCAPED: " + found[0]
