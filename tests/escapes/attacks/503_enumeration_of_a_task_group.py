"""No app derives a class from one of asyncio's by way of an enumeration."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("asyncio", "enum")


import asyncio
import enum

found = []
Base = enum.Enum("Base", [], module="elsewhere", type=asyncio.TaskGroup)


class Mine(Base):
    ONE = ()

    @property
    def _loop(self):
        return found[0] if found else None

    @_loop.setter
    def _loop(self, value):
        if value is not None:
            found.append(value)


def attack():
    async def main():
        async with Mine.ONE:
            pass

    asyncio.run(main())
    return (
        "ESCAPED: the loop " + [it for it in found if hasattr(it, "run_until_complete")][0].run_until_complete.__name__
    )
