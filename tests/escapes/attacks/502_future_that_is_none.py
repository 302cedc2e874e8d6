"""No app reads the context variables of the machine by a future that only looks like one."""

CLASS = "async"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


class Loop:
    def __init__(self):
        self.contexts = []

    def get_debug(self):
        return False

    def is_running(self):
        return True

    def call_soon(self, callback, *args, context=None):
        self.contexts.append(context)


class Fake:
    _asyncio_future_blocking = False

    def __init__(self, loop):
        self.loop = loop
        self.called_when_done = []

    def get_loop(self):
        return self.loop

    def add_done_callback(self, callback, context=None):
        self.called_when_done.append(callback)

    def done(self):
        return False

    def cancelled(self):
        return False

    def exception(self):
        return None

    def result(self):
        return 1


def attack():
    loop = Loop()
    fake = Fake(loop)
    outer = asyncio.gather(fake)
    outer.add_done_callback(lambda it: None)
    for callback in fake.called_when_done:
        callback(fake)
    for variable, value in loop.contexts[0].items():
        if value == "context-secret":
            return "ESCAPED: " + variable.name + " is " + value
