"""No app reads what a library keeps in a slot that the app"s class has made."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


class Mine(asyncio.TaskGroup):
    __slots__ = ("_loop",)

    def steal(self):
        return self._loop


def attack():
    async def main():
        async with Mine() as group:
            return group.steal()

    return "ESCAPED: the loop " + asyncio.run(main()).run_until_complete.__name__
