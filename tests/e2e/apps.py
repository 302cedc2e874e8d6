"""Small apps that several tests deploy, as source text."""

from __future__ import annotations

from textwrap import dedent

TRUSTED = 'code = "trusted"\n'


def says(word: str) -> str:
    """Answers ``/`` with this word."""
    return dedent(
        f"""
        import vaas

        @vaas.app
        class Says:
            @vaas.get("/")
            async def word(self):
                return {word!r}
        """
    ).lstrip()


PID = dedent(
    """
    import os
    import vaas

    @vaas.app
    class Pid:
        @vaas.get("/")
        async def pid(self):
            return str(os.getpid())
    """
)

COUNTS = dedent(
    """
    import vaas
    from pathlib import Path

    FILE = Path("/data/count")

    @vaas.app
    class Counts:
        @vaas.post("/")
        async def count(self):
            n = int(FILE.read_text()) + 1 if FILE.exists() else 1
            FILE.write_text(str(n))
            return str(n)
    """
)

ADDS = dedent(
    """
    import vaas

    @vaas.app
    class Adds:
        @vaas.rpc
        async def add(self, a: int, b: int) -> int:
            return a + b
    """
)

TALKS = dedent(
    """
    import logging
    import vaas

    @vaas.app
    class Talks:
        @vaas.get("/")
        async def talk(self):
            print("printed this")
            logging.getLogger("shop").warning("logged this")
            return "ok"

        @vaas.get("/fails")
        async def fails(self):
            raise ValueError("deliberate")
    """
).lstrip()

WHOAMI = dedent(
    """
    import os
    import vaas

    @vaas.app
    class Whoami:
        @vaas.get("/")
        async def whoami(self):
            return os.getuid()
    """
)
