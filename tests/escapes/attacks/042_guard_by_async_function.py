"""No app takes the place of a guard by defining a coroutine of its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


async def _prove_():
    return "own guard"


def attack():
    try:
        _prove_().send(None)
    except StopIteration as stop:
        return "ESCAPED: " + stop.value
