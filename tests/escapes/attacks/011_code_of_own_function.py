"""No app replaces the code of a function."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ()


def harmless():
    return "harmless"


def attack():
    harmless.__code__ = harmless.__code__.replace(co_consts=(None, "replaced"))
    return "ESCAPED: " + harmless()
