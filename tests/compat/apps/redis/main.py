from __future__ import annotations

import os

import redis
import redis.asyncio

import vaas

URL = os.environ["REDIS_URL"]


@vaas.app
class Keeps:
    @vaas.put("/{name}/{value}")
    def put(self, name: str, value: str):
        redis.Redis.from_url(URL).set(name, value, ex=60)

    @vaas.get("/{name}")
    async def get(self, name: str):
        async with redis.asyncio.Redis.from_url(URL, decode_responses=True) as client:
            return {"value": await client.get(name), "n": await client.incr("n")}
