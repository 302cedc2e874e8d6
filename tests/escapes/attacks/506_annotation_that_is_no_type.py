"""No app has a string evaluated by an annotation that is an object of its own."""

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


class Liar:
    def __getattr__(self, name):
        if name == "__origin__":
            return Holder
        if name == "__args__":
            return ()
        raise AttributeError(name)

    def __call__(self):
        pass


Shown = Liar()


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
