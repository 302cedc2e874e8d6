"""No app reads the frame of an asynchronous generator."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ()


async def giving():
    yield 1


def attack():
    return "ESCAPED: " + giving().ag_frame.f_globals["__name__"]
