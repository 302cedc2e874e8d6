"""No app has a string evaluated that it puts among a class's annotations after they were looked at."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("abc", "dataclasses")


import abc
import dataclasses

import vaas

found = []
CODE = (
    "leak([c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
    ".__init__.__globals__['environ']['VAAS_CANARY'])"
)


def leak(value):
    found.append(value)
    return int


class Trigger:
    def __class_getitem__(cls, item):
        annotations["b"] = CODE
        return int


annotations = {"a": "Trigger[int]", "b": "int"}


def attack():
    base = abc.ABCMeta("Base", (), {"__annotations__": annotations, "__module__": __name__})

    @dataclasses.dataclass
    class Model(base):
        c: int = 0

    for _ in range(3):
        annotations["b"] = "int"

        @vaas.app
        class Mine:
            @vaas.post("/")
            def take(self, body: Model):
                pass

        try:
            vaas.asgi(Mine)
        except TypeError:
            pass
        if found:
            return "ESCAPED: " + found[0]
