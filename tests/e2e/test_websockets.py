"""Websockets of apps, as a real client meets them: clients that leave, and messages of any size."""

from __future__ import annotations

import asyncio
import json
import textwrap

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from tests.e2e.running import Running
from tests.installed import bring

ASGI = textwrap.dedent(
    """
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route, WebSocketRoute
    from starlette.websockets import WebSocketDisconnect
    import asyncio

    ENDED, ROOM = [], []

    async def push(socket):
        await socket.accept()
        try:
            while True:
                await socket.send_text("tick")
                await asyncio.sleep(0.01)
        except WebSocketDisconnect as error:
            ENDED.append(error.code)

    async def room(socket):
        await socket.accept()
        ROOM.append(socket)
        async for text in socket.iter_text():
            for member in ROOM:
                await member.send({"type": "websocket.send", "text": text})

    async def echo(socket):
        await socket.accept()
        async for message in socket.iter_text():
            await socket.send_text(message)

    async def grow(socket):
        await socket.accept()
        await socket.send_bytes(b"x" * int(await socket.receive_text()))
        await socket.receive_text()

    async def ended(request):
        return JSONResponse(ENDED)

    app = Starlette(routes=[Route("/ended", ended), *(WebSocketRoute(f"/{one.__name__}", one)
                            for one in (push, room, echo, grow))])
    """
)
MANIFEST = """
entry = "main:app"
code = "trusted"
[permissions]
modules = ["starlette"]
"""
CHAT = textwrap.dedent(
    """
    import time

    ROOM = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            time.sleep(0.05)  # its worker has no room for others meanwhile
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": b"done"})
            return
        if scope["type"] != "websocket":
            raise RuntimeError("knows no lifespan")
        await receive()
        await send({"type": "websocket.accept"})
        ROOM.append(send)
        while (message := await receive())["type"] == "websocket.receive":
            for member in ROOM:
                await member({"type": "websocket.send", "text": message["text"]})
    """
)
MB = 1024 * 1024


@pytest.fixture(scope="module")
def talks(platform: Running) -> Running:
    folder = platform.app("talks", "", MANIFEST)
    (folder / "main.py").write_text(ASGI)
    bring(folder, "starlette")
    platform.vaas("deploy", "--grant", str(folder))
    return platform


def url(platform: Running, path: str) -> str:
    return f"{platform.gateway.replace('http', 'ws')}/talks/{path}"


@pytest.mark.parametrize("abrupt", [False, True])
def test_a_handler_that_only_sends_learns_that_its_client_has_left(talks: Running, abrupt: bool):
    async def visit() -> None:
        socket = await connect(url(talks, "push"))
        await socket.recv()
        if abrupt:
            socket.transport.abort()
        else:
            await socket.close()

    before = len(talks.get("/talks/ended").json())
    asyncio.run(visit())
    while len(talks.get("/talks/ended").json()) == before:
        pass
    assert talks.get("/talks/ended").json()[before:] == [1006]


def test_a_send_to_another_s_client_that_has_left_ends_that_handler_with_a_close_and_a_line(talks: Running):
    async def scene() -> None:
        async with connect(url(talks, "room")) as stays:
            async with connect(url(talks, "room")) as leaves:
                await leaves.send("1")
                assert await leaves.recv() == await stays.recv() == "1"
            await stays.send("2")
            assert await stays.recv() == "2"
            with pytest.raises(ConnectionClosedError) as closed:
                await stays.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1011

    asyncio.run(asyncio.wait_for(scene(), 20))
    assert "Traceback" in talks.vaas("logs", "talks").stdout


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 1_100_000, 16 * MB])
def test_a_message_of_up_to_16_mb_goes_there_and_back(talks: Running, size: int):
    async def scene() -> None:
        async with connect(url(talks, "echo"), max_size=None) as socket:
            await socket.send("ä" * (size // 2))
            assert await socket.recv() == "ä" * (size // 2)

    asyncio.run(asyncio.wait_for(scene(), 60))


@pytest.mark.parametrize("inbound", [True, False])
def test_a_larger_message_closes_its_own_websocket_alone_with_1009(talks: Running, inbound: bool):
    async def scene() -> None:
        async with connect(url(talks, "echo")) as other, connect(url(talks, "grow"), max_size=None) as socket:
            with pytest.raises(ConnectionClosedError) as closed:  # noqa: PT012  # by sending, if the answer is quicker
                await socket.send("x" * (16 * MB + 1) if inbound else str(16 * MB + 1))
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
            await other.send("still here")
            assert await other.recv() == "still here"

    asyncio.run(asyncio.wait_for(scene(), 60))
    assert json.loads(talks.vaas("show", "talks", "--json").stdout)


def test_all_members_of_a_chat_room_in_memory_hear_each_other(platform: Running):
    async def member(members: asyncio.Barrier, speaks: bool) -> str:
        async with connect(f"{platform.gateway.replace('http', 'ws')}/chat-room/") as socket:
            async with httpx.AsyncClient(timeout=20) as client:
                await client.get(f"{platform.gateway}/chat-room/")
            await members.wait()
            if speaks:
                await socket.send("hello")
            return str(await socket.recv())

    async def scene() -> list[str]:
        members = asyncio.Barrier(20)
        return await asyncio.gather(*(member(members, number == 7) for number in range(20)))

    folder = platform.app("chat-room", "", 'entry = "main:app"\n')
    (folder / "main.py").write_text(CHAT)
    platform.vaas("deploy", "--grant", str(folder))
    assert asyncio.run(asyncio.wait_for(scene(), 30)) == ["hello"] * 20
