from __future__ import annotations

import asyncio

from flask import Blueprint, Flask, abort, jsonify, redirect, render_template_string, request, session, url_for

app = Flask(__name__)
app.secret_key = "only a test"
notes = Blueprint("notes", __name__, url_prefix="/notes")


@app.get("/")
def index():
    return render_template_string("<h1>{{ name|upper }}</h1>", name=request.args.get("name", "flask"))


@app.get("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return jsonify(n=session["n"])


@app.post("/upload")
def upload():
    file = request.files["file"]
    return jsonify(name=file.filename, size=len(file.read()), form=request.form["word"])


@app.get("/later")
async def later():
    await asyncio.sleep(0.01)
    return "async"


@app.get("/stream")
def stream():
    return app.response_class((f"{n}\n" for n in range(3)), mimetype="text/plain")


@app.get("/go")
def go():
    return redirect(url_for("notes.show", id=7))


@notes.get("/<int:id>")
def show(id: int):
    if id == 404:
        abort(404)
    return jsonify(id=id, url=url_for("notes.show", id=id))


app.register_blueprint(notes)
