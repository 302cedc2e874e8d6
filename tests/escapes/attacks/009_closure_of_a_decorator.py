"""No app reads what a function of a library has closed over."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ("functools",)


import functools


def attack():
    wrapped = functools.lru_cache(lambda: 1)
    cell = functools.wraps(attack)(lambda: 1)
    made = functools.total_ordering
    held = functools.cmp_to_key
    inner = functools.singledispatch(lambda it: it)
    found = [cell.cell_contents for cell in (getattr(inner, "register", None) or inner).__closure__]
    return "ESCAPED: " + str(len(found))
