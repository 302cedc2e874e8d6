"""No app shows one set of annotations to the check and another to the evaluation."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("typing",)


import typing


class Liar:
    def __getattr__(self, name):
        if name == "__mro__":
            return ()
        if name == "__annotations__":
            return {"x": "type(__import__('os').environ['VAAS_CANARY'], (), {})"}
        raise AttributeError(name)


def attack():
    return "ESCAPED: " + typing.get_type_hints(Liar())["x"].__name__
