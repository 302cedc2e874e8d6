"""Streams, three ways: text as it is produced, server-sent events, and a websocket that answers."""

import asyncio

import vaas


@vaas.app
class Ticker:
    @vaas.get("/ticks")
    async def ticks(self, n: int = 3, pause: float = 0.1):
        for tick in range(n):
            yield f"{tick}\n"
            await asyncio.sleep(pause)

    @vaas.get("/events")
    async def events(self, n: int = 3, pause: float = 0.1):
        async def count():
            for tick in range(n):
                yield {"tick": tick}
                await asyncio.sleep(pause)

        return vaas.sse(count())

    @vaas.post("/count")
    async def count(self, req: vaas.Request):
        """Takes a body of any size piece by piece, and never holds more than a piece."""
        size = 0
        async for piece in req.stream():
            size += len(piece)
        return {"bytes": size}

    @vaas.websocket("/echo")
    async def echo(self, ws: vaas.WebSocket):
        async for message in ws:
            await ws.send(message)
