"""No app sends a file that it may not open, by serving itself."""

CLASS = "vaas"
BOUNDARY = "both"
NEEDS = ("asyncio",)


import asyncio

import vaas


@vaas.app
class Mine:
    @vaas.get("/steal")
    async def steal(self):
        return vaas.file("/etc/hostname")


def attack():
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/steal",
        "raw_path": b"/steal",
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "http_version": "1.1",
        "client": ("127.0.0.1", 1),
        "server": ("x", 80),
        "root_path": "",
        "asgi": {"version": "3.0"},
    }
    asyncio.run(vaas.asgi(Mine)(scope, receive, send))
    if sent[0]["status"] == 200:
        return "ESCAPED: " + sent[1]["body"].decode()
