"""No app reads an attribute by position in a pattern."""

CLASS = "match"
BOUNDARY = "language"
NEEDS = ("dataclasses",)


class Mine:
    __match_args__ = ("__globals__",)


def attack():
    class Any:
        __match_args__ = ("gi_frame",)

        @classmethod
        def __subclasshook__(cls, other):
            return True

    generator = (it for it in "x")
    Any.__class__.__instancecheck__
    import abc

    class Seen(abc.ABC):
        __match_args__ = ("gi_frame",)

    Seen.register(type(generator))
    match generator:
        case Seen(frame):
            return "ESCAPED: line " + str(frame.f_lineno)
