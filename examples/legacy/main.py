"""An ordinary Starlette app, written without a thought of vaas; served as it is by `entry`."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket


async def home(request: Request) -> PlainTextResponse:
    return PlainTextResponse("A legacy app, at home.\n")


async def item(request: Request) -> JSONResponse:
    return JSONResponse({"item": request.path_params["name"], "root": request.scope["root_path"]})


async def shout(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text.upper())


app = Starlette(routes=[Route("/", home), Route("/items/{name}", item), WebSocketRoute("/shout", shout)])
