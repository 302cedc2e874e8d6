"""No app connects by the event loop."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("asyncio",)


import asyncio

import target


def attack():
    async def main():
        reader, writer = await asyncio.open_connection("127.0.0.1", target.API_PORT)
        peer = writer.get_extra_info("peername")
        writer.close()
        return peer

    return "ESCAPED: connected to " + str(asyncio.run(main()))
