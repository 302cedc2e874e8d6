"""No app turns a number into an object by the rest of an exception group that was split once."""

CLASS = "interpreter"
BOUNDARY = "language"
NEEDS = ("itertools",)


import itertools

kept = []


def attack():
    secret = [b"kept by its address alone"]

    class Group(ExceptionGroup):
        def derive(self, errors):
            made = ExceptionGroup("rest", errors)
            made.split = lambda kind: itertools.islice((), id(secret), id(None))
            return made

    try:
        try:
            raise Group("x", [ValueError(), KeyError()])
        except* KeyError:
            pass
        except* LookupError as match:
            kept.append(match)
    except TypeError:
        return "ABSENT: this Python looks at what split() returns"
    return "ESCAPED: an object by its address: " + repr(kept[0]) if kept[0] is secret else ""
