"""No app reads the context variables of the machine that runs it."""

CLASS = "async"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


class Fake:
    def __init__(self):
        self.contexts = []

    def get_debug(self):
        return False

    def call_soon(self, callback, *args, context=None):
        self.contexts.append(context)

    def is_running(self):
        return True


def attack():
    loop = Fake()
    future = asyncio.Future(loop=loop)
    future.add_done_callback(lambda it: None)
    future.set_result(1)
    for variable, value in loop.contexts[0].items():
        if value == "context-secret":
            return "ESCAPED: " + variable.name + " is " + value
