"""No string is evaluated unchecked because the check ran out of stack."""

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


def holder(code):
    class Holder:
        x: code

    return Holder


def down(levels, cls):
    return down(levels - 1, cls) if levels else typing.get_type_hints(cls)


def attack():
    try:
        typing.get_type_hints(holder(CODE))
    except TypeError:
        pass
    for levels in range(800, 990, 3):
        for deep in range(10, 70, 10):
            if found:
                return "ESCAPED: " + found[0]
            try:
                down(levels, holder("[" * deep + CODE + "]" * deep + "[0]" * deep))
            except (RecursionError, TypeError, NameError):
                pass
    return ""
