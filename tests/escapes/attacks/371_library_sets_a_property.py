"""No app is handed the event loop by a property of the name that a library sets."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio

found = []


class Mine(asyncio.TaskGroup):
    @property
    def _loop(self):
        return found[0]

    @_loop.setter
    def _loop(self, value):
        found.append(value)


def attack():
    async def main():
        async with Mine():
            pass

    asyncio.run(main())
    return (
        "ESCAPED: the loop " + [it for it in found if hasattr(it, "run_until_complete")][0].run_until_complete.__name__
    )
