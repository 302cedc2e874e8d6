"""No app turns a number into an object by an attribute that it hangs on an exception group."""

CLASS = "interpreter"
BOUNDARY = "language"
NEEDS = ("itertools",)


import itertools

kept = []


def attack():
    secret = [b"kept by its address alone"]
    group = ExceptionGroup("x", [ValueError()])
    group.split = lambda kind: itertools.islice((), id(secret), id(None))
    try:
        try:
            raise group
        except* KeyError as match:
            kept.append(match)
    except TypeError:
        return "ABSENT: this Python looks at what split() returns"
    return "ESCAPED: an object by its address: " + repr(kept[0]) if kept[0] is secret else ""
