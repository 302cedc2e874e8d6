"""No app is handed the event loop by a class that a library makes of two others."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("asyncio", "email.headerregistry")


import asyncio
import email.headerregistry

found = []


class Watching:
    _entered = False
    _loop = None

    def __setattr__(self, name, value):
        found.append(value)


def attack():
    Mine = email.headerregistry.HeaderRegistry(base_class=asyncio.TaskGroup, default_class=Watching)["x"]

    async def main():
        async with Mine():
            pass

    try:
        asyncio.run(main())
    except (AttributeError, RuntimeError, TypeError):
        pass
    loops = [it for it in found if hasattr(it, "run_until_complete")]
    return "ESCAPED: the loop " + loops[0].run_until_complete.__name__
