"""No app reads what a library keeps under a private name that the app"s class also has."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


class Mine(asyncio.TaskGroup):
    _loop = None

    def steal(self):
        return self._loop


def attack():
    async def main():
        async with Mine() as group:
            return group.steal()

    return "ESCAPED: the loop " + asyncio.run(main()).run_until_complete.__name__
