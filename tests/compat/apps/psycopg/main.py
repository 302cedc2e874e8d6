from __future__ import annotations

import os

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Json

import vaas

URL = os.environ["DATABASE_URL"]


@vaas.app
class Shop:
    @vaas.post("/things/{name}")
    def add(self, name: str):
        with psycopg.connect(URL) as connection:
            connection.execute("create table if not exists things (name text, facts jsonb)")
            connection.execute("insert into things values (%s, %s)", (name, Json({"length": len(name)})))

    @vaas.get("/things")
    async def things(self):
        async with (
            await psycopg.AsyncConnection.connect(URL, row_factory=dict_row) as connection,
            connection.cursor() as cursor,
        ):
            await cursor.execute("select * from things order by name")
            return await cursor.fetchall()

    @vaas.delete("/things")
    def drop(self):
        with psycopg.connect(URL) as connection:
            connection.execute("drop table things")
