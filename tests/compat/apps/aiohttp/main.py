from __future__ import annotations

import aiohttp

import vaas


@vaas.app
class Fetches:
    @vaas.on_start
    async def open(self):
        self.session = aiohttp.ClientSession()

    @vaas.on_stop
    async def close(self):
        await self.session.close()

    @vaas.get("/get")
    async def get(self, url: str):
        async with self.session.get(url, params={"q": "ü"}) as response:
            return {"status": response.status, "json": await response.json()}

    @vaas.get("/post")
    async def post(self, url: str):
        async with self.session.post(url, json={"a": [1, 2]}) as response:
            return await response.json()

    @vaas.get("/refused")
    async def refused(self):
        try:
            async with self.session.get("http://127.0.0.1:9/"):
                return "reached"
        except aiohttp.ClientError as error:
            return type(error).__name__
