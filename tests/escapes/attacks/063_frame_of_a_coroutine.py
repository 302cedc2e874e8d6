"""No app reads the frame of a coroutine."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ()


async def waiting():
    return 1


def attack():
    coroutine = waiting()
    found = coroutine.cr_frame.f_globals["__name__"]
    coroutine.close()
    return "ESCAPED: " + found
