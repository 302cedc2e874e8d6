from __future__ import annotations

import asyncio

from quart import Quart, jsonify, render_template_string, request, session, websocket

app = Quart(__name__)
app.secret_key = "only a test"


@app.get("/")
async def index():
    return await render_template_string("<h1>{{ name }}</h1>", name="quart")


@app.get("/count")
async def count():
    session["n"] = session.get("n", 0) + 1
    return jsonify(n=session["n"])


@app.post("/json")
async def json():
    return jsonify(got=await request.get_json())


@app.get("/sync")
def sync():
    return "in a thread"


@app.get("/stream")
async def stream():
    async def parts():
        for n in range(3):
            yield f"{n}\n".encode()
            await asyncio.sleep(0)

    return parts(), {"content-type": "text/plain"}


@app.websocket("/echo")
async def echo():
    while True:
        await websocket.send(f"echo {await websocket.receive()}")
