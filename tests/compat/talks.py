"""What is asked of apps beyond single requests: websockets, logins, preparations. Named in ``table.py``."""

from __future__ import annotations

import base64
import re
from time import monotonic

from tests.compat.asking import Ask, Caller, Talk, has, sends

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABQAAAAUCAIAAAAC64paAAAAGElEQVR4nGP4z8BANhrVOap5VPOo5lHNZGIAXgoBHyZqGp0AAAAASUVORK5CYII="
)
"""20 by 20 pixels."""


def echo(sent: str | bytes, comes: str | bytes) -> Talk:
    """A websocket at ``/echo`` that answers each message."""

    def talk(app: Caller) -> None:
        with app.socket("/echo") as socket:
            for _ in range(3):
                socket.send(sent)
                assert socket.recv(20) == comes

    return talk


def fastapi(app: Caller) -> None:
    echo("abc", "echo abc")(app)
    until = monotonic() + 10
    while app.http.get("/done").json() != ["tidy"]:  # a background task runs after its answer
        assert monotonic() < until
    domain = f"{app.app}.example.com"
    if domain not in app.platform.vaas("domains").stdout:
        app.platform.vaas("domains", "add", domain, app.app)
    by_domain = Caller(app.platform, app.app, app.upstream)
    by_domain.http.base_url, by_domain.root = app.platform.gateway, ""
    by_domain.http.headers["host"] = domain
    by_domain.fits(Ask("/docs", has("url: '/openapi.json'")))
    by_domain.fits(Ask("/items/7", {"id": 7, "q": None}))
    by_domain.close()


def django_prepare(app: Caller) -> None:
    """What one does with a new project, each in a process of its own."""
    assert "Applying polls.0001_initial... OK" in app.run("python", "manage.py", "migrate")
    assert "No planned migration operations" in app.run("python", "manage.py", "migrate", "--plan")
    assert "static files copied" in app.run("python", "manage.py", "collectstatic", "--noinput")
    code = "from django.contrib.auth.models import User\nUser.objects.create_superuser('ada', '', 'a long password')\n"
    code += "from polls.models import Question\nQuestion.objects.create(text='Tea or coffee?')\n"
    app.run("python", "manage.py", "shell", stdin=code)
    assert "no issues" in app.run("python", "-m", "django", "check", "--settings", "config.settings")


def django_admin(app: Caller) -> None:
    """Logs in as a browser does, with the form's token; changes a question; logs out."""
    page = app.http.get("/admin/")
    assert "Log in" in page.text, page.text
    form = {"csrfmiddlewaretoken": _token(page.text), "username": "ada", "password": "a long password"}
    form["next"] = f"{app.root}/admin/"
    origin = {"referer": str(page.url)}
    page = app.http.post(page.url, data=form, headers=origin)
    assert "Site administration" in page.text, page.text
    page = app.http.get("/admin/polls/question/1/change/")
    assert 'value="Tea or coffee?"' in page.text
    form = {"csrfmiddlewaretoken": _token(page.text), "text": "Tea or coffee?", "votes": "7"}
    page = app.http.post(page.url, data=form, headers=origin)
    assert "was changed successfully" in page.text
    app.fits(Ask("/vote/1", {"text": "Tea or coffee?", "votes": 8}, sends({})))
    app.fits(Ask("/static/admin/css/base.css", has("DJANGO Admin")))
    app.http.cookies.clear()
    assert "Log in" in app.http.get("/admin/").text


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page
    return found[1]


def settings(env: dict[str, str]) -> Talk:
    def prepare(app: Caller) -> None:
        app.platform.vaas("settings", app.app, "set", *(f"env.{name}={value}" for name, value in env.items()))

    return prepare


def pillow(app: Caller) -> None:
    app.fits(Ask("/thumbnail", {"size": [10, 10], "format": "WEBP"}, sends({"content": PNG})))
