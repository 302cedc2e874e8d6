"""No app reads the stack of a task."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


def attack():
    async def main():
        return asyncio.current_task().get_stack()[0].f_globals["__name__"]

    return "ESCAPED: " + asyncio.run(main())
