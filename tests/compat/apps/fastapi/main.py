from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, File, Form, Header, HTTPException, UploadFile, WebSocket
from pydantic import BaseModel, Field

state = {"started": False, "done": []}


@asynccontextmanager
async def lifespan(app: FastAPI):
    state["started"] = True
    yield


app = FastAPI(title="Shop", lifespan=lifespan)


class Item(BaseModel):
    name: str = Field(min_length=2)
    price: float
    tags: set[str] = set()


def user(x_user: Annotated[str | None, Header()] = None) -> str:
    if x_user is None:
        raise HTTPException(401, "who are you?")
    return x_user


@app.get("/")
async def root():
    return {"started": state["started"]}


@app.post("/items", status_code=201)
async def create(item: Item, who: Annotated[str, Depends(user)]) -> Item:
    return item.model_copy(update={"name": f"{item.name} of {who}"})


@app.get("/items/{id}")
def item(id: int, q: str | None = None):
    return {"id": id, "q": q}


@app.post("/later")
async def later(tasks: BackgroundTasks, word: str):
    tasks.add_task(state["done"].append, word)
    return {"accepted": word}


@app.get("/done")
async def done():
    return state["done"]


@app.post("/upload")
async def upload(file: Annotated[UploadFile, File()], word: Annotated[str, Form()]):
    return {"name": file.filename, "size": len(await file.read()), "word": word}


@app.websocket("/echo")
async def echo(socket: WebSocket):
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(f"echo {text}")
