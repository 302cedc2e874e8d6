from __future__ import annotations

from dataclasses import dataclass

from litestar import Litestar, get, post, websocket_listener
from litestar.di import Provide


@dataclass
class Order:
    name: str
    count: int


async def provide_who() -> str:
    return "ada"


@get("/", sync_to_thread=False)
def index() -> dict[str, str]:
    return {"hello": "litestar"}


@get("/users/{id:int}")
async def user(id: int, who: str) -> dict[str, int | str]:
    return {"id": id, "who": who}


@post("/orders")
async def order(data: Order) -> Order:
    return Order(data.name.upper(), data.count + 1)


@websocket_listener("/echo")
async def echo(data: str) -> str:
    return f"echo {data}"


app = Litestar([index, user, order, echo], dependencies={"who": Provide(provide_who)})
