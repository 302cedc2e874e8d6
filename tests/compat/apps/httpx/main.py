from __future__ import annotations

import httpx

import vaas


@vaas.app
class Fetches:
    @vaas.on_start
    async def open(self):
        self.client = httpx.AsyncClient()

    @vaas.on_stop
    async def close(self):
        await self.client.aclose()

    @vaas.get("/get")
    async def get(self, url: str):
        response = await self.client.get(url, params={"q": "ü"})
        return {"status": response.status_code, "json": response.json()}

    @vaas.get("/sync")
    def sync(self, url: str):
        with httpx.Client() as client:
            return client.post(url, json={"a": [1, 2]}).json()

    @vaas.get("/refused")
    async def refused(self):
        try:
            await self.client.get("http://127.0.0.1:9/")
        except httpx.ConnectError as error:
            return type(error).__name__
        return "reached"
