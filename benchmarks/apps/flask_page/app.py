from flask import Flask

VERSION = 0
app = Flask(__name__)


@app.get("/")
def page():
    return {"version": VERSION}
