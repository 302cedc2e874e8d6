"""No app keeps a right to a private name after the name is no longer its own."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


class Mine(asyncio.Event):
    _get_loop = None


def attack():
    async def main():
        it = Mine()
        if it._get_loop is None:
            del Mine._get_loop
        return it._get_loop()

    return "ESCAPED: the loop " + asyncio.run(main()).run_until_complete.__name__
