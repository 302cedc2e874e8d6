from __future__ import annotations

import bottle

app = bottle.Bottle()


@app.get("/")
def index():
    return bottle.template("<b>{{name}}</b>!", name=bottle.request.query.name or "bottle")


@app.post("/form")
def form():
    return {"word": bottle.request.forms.word, "file": bottle.request.files["file"].filename}


@app.get("/cookie")
def cookie():
    n = int(bottle.request.get_cookie("n", secret="only a test") or 0) + 1
    bottle.response.set_cookie("n", str(n), secret="only a test")
    return {"n": n}


@app.get("/stream")
def stream():
    bottle.response.content_type = "text/plain"
    yield from ("0\n", "1\n", "2\n")
