"""The apps of the storm, as source text: one that is attacked, and its neighbour, which is asked all the while."""

from __future__ import annotations

from textwrap import dedent

NEIGHBOUR = dedent(
    """
    import vaas

    @vaas.app
    class Neighbour:
        @vaas.get("/echo")
        async def said(self, n: str):
            return n

        @vaas.post("/echo")
        async def sent(self, body: bytes):
            return body

        @vaas.websocket("/talk")
        async def talk(self, ws: vaas.WebSocket):
            async for message in ws:
                await ws.send(message)
    """
)
NEIGHBOUR_LIMITS = '[limits]\nidle = "1h"\n'

TARGET = dedent(
    """
    import asyncio
    import vaas

    @vaas.app
    class Target:
        @vaas.get("/fine")
        async def fine(self):
            return "fine"

        @vaas.post("/count")
        async def count(self, body: bytes):
            return str(len(body))

        @vaas.get("/cookie")
        async def cookie(self, req):
            return str(len(req.headers.get("cookie", "")))

        @vaas.get("/large")
        async def large(self):
            return b"x" * 250_000

        @vaas.get("/endless")
        async def endless(self):
            while True:
                yield b"x" * 65536

        @vaas.post("/print")
        async def print_it(self, body: bytes):
            print(body.decode("utf-8", "replace"))
            return "printed"

        @vaas.get("/flood")
        async def flood(self, lines: int):
            for number in range(lines):
                print(number, "x" * 200)
            return "printed"

        @vaas.get("/fail")
        async def fail(self, why: str):
            raise ValueError(why)

        @vaas.websocket("/talk")
        async def talk(self, ws: vaas.WebSocket):
            async for message in ws:
                await ws.send(str(len(message)))

        @vaas.websocket("/deaf")
        async def deaf(self, ws: vaas.WebSocket):
            await ws.send("hello")
            await asyncio.sleep(60)
    """
)
TARGET_LIMITS = (
    '[limits]\nworkers = 2\ntimeout = "5s"\nidle = "2s"\nbody = "1MB"\nmessage = "1MB"\nlines = 500\ndisk = "8MB"\n'
)


def says(word: str) -> str:
    """An app that answers ``/`` with this word, and counts what is sent to it."""
    return dedent(
        f"""
        import vaas

        @vaas.app
        class Says:
            @vaas.get("/")
            async def word(self):
                return {word!r}

            @vaas.post("/count")
            async def count(self, body: bytes):
                return str(len(body))
        """
    )
