"""No app reads the context variables of the machine by running its coroutine in a loop that it made itself."""

CLASS = "async"
BOUNDARY = "language"
NEEDS = ("asyncio", "sys")


import asyncio
import sys


class Fake:
    def __init__(self):
        self.contexts = []

    def create_task(self, coro, context=None, **more):
        self.contexts.append(context)
        coro.close()

    def __getattr__(self, name):
        return lambda *args, **more: None


async def nothing():
    pass


def attack():
    if sys.version_info < (3, 12):
        return "ABSENT: asyncio.run takes a loop_factory since Python 3.12"
    loop = Fake()
    try:
        asyncio.run(nothing(), loop_factory=lambda: loop)
    except AttributeError:
        pass
    for variable, value in loop.contexts[0].items():
        if value == "context-secret":
            return "ESCAPED: " + variable.name + " is " + value
