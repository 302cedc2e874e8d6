"""No app is handed the event loop by watching what a library sets on its object."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio

found = []


class Mine(asyncio.TaskGroup):
    def __setattr__(self, name, value):
        found.append(value)
        super().__setattr__(name, value)


def attack():
    async def main():
        async with Mine():
            pass

    try:
        asyncio.run(main())
    except AttributeError:
        pass
    return (
        "ESCAPED: the loop " + [it for it in found if hasattr(it, "run_until_complete")][0].run_until_complete.__name__
    )
