"""The two questions that need no token: does this process live, and can it work?"""

from __future__ import annotations

import vaas
from vaas.platform.control.endpoints.base import Noun
from vaas.platform.records import keys


class Health(Noun):
    @vaas.get("/healthz")
    async def healthz(self) -> dict[str, str]:
        """This process answers."""
        return {"status": "alive"}

    @vaas.get("/readyz")
    async def readyz(self) -> dict[str, str]:
        """The config store answers too; 503 if it does not."""
        await self.store.get(keys.EVERYTHING)
        return {"status": "ready"}
