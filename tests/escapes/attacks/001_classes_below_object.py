"""No app walks from a tuple to every class of the process."""

CLASS = "object-graph"
BOUNDARY = "both"
NEEDS = ()


def attack():
    for cls in ().__class__.__mro__[-1].__subclasses__():
        if cls.__name__ == "_wrap_close":
            return "ESCAPED: " + cls.__init__.__globals__["environ"]["VAAS_CANARY"]
