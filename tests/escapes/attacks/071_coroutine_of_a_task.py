"""No app reaches the coroutine of a task, and its frame."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio


def attack():
    async def main():
        return asyncio.current_task().get_coro().cr_frame.f_lineno

    return "ESCAPED: line " + str(asyncio.run(main()))
