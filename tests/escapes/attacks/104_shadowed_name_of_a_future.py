"""No app reads a private member of a library"s object through a class of its own."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


class Mine(asyncio.Future):
    _loop = None

    def steal(self):
        return super()._loop


def attack():
    async def main():
        return Mine().steal()

    return "ESCAPED: the loop " + asyncio.run(main()).run_until_complete.__name__
