from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute


async def index(request):
    return PlainTextResponse("starlette " * 200)


async def count(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return JSONResponse({"n": request.session["n"]})


async def upload(request):
    async with request.form() as form:
        return JSONResponse({"name": form["file"].filename, "size": len(await form["file"].read())})


def sync(request):
    return PlainTextResponse("in a thread")


async def stream(request):
    async def parts():
        for n in range(3):
            yield f"{n}\n"
            await asyncio.sleep(0)

    return StreamingResponse(parts(), media_type="text/plain")


async def echo(socket):
    await socket.accept()
    async for data in socket.iter_bytes():
        await socket.send_bytes(data[::-1])


async def path(request):
    return JSONResponse({"path": request.url.path, "for": str(request.url_for("name:path", id=3).path)})


app = Starlette(
    routes=[
        Route("/", index),
        Route("/count", count),
        Route("/upload", upload, methods=["POST"]),
        Route("/sync", sync),
        Route("/stream", stream),
        WebSocketRoute("/echo", echo),
        Mount("/below", name="name", routes=[Route("/{id:int}", path, name="path")]),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key="only a test"), Middleware(GZipMiddleware, minimum_size=100)],
)
