"""Sessions of Flask's and Django's own, of two apps that one browser finds at one address."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.running import Running
from tests.installed import bring

FLASK = """
import flask

app = flask.Flask(__name__)
app.secret_key = "only a test"

@app.get("/")
def count():
    flask.session["n"] = flask.session.get("n", 0) + 1
    return {"flask": flask.session["n"]}
"""

DJANGO = """
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"], SECRET_KEY="only a test", ROOT_URLCONF=__name__, SESSION_COOKIE_NAME="session",
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"], INSTALLED_APPS=["django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import JsonResponse
from django.urls import path

def count(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return JsonResponse({"django": request.session["n"]})

urlpatterns = [path("", count)]
django.setup(set_prefix=False)
app = WSGIHandler()
"""

MANIFEST = 'code = "trusted"\nentry = "app:app"\n'


@pytest.fixture(scope="module")
def browsed(platform: Running) -> Iterator[httpx.Client]:
    """A browser in front of both, each of which names its cookie ``session`` and gives it no path, or ``/``."""
    for name, code, package in (("cookies-flask", FLASK, "flask"), ("cookies-django", DJANGO, "django")):
        bring(platform.app(name, code, MANIFEST), package)
        platform.vaas("deploy", str(platform.home / "apps" / name), "--grant")
    with httpx.Client(base_url=platform.gateway, timeout=20) as client:
        yield client


def test_sessions_of_flask_and_django_do_not_meet(browsed: httpx.Client) -> None:
    answers = [browsed.get(f"/cookies-{name}/").json() for name in ("flask", "django") * 3]
    assert answers == [{name: number} for number in (1, 2, 3) for name in ("flask", "django")]
    assert sorted(cookie.path for cookie in browsed.cookies.jar) == ["/cookies-django", "/cookies-flask"]


def test_an_app_may_have_its_cookies_left_as_they_are(platform: Running) -> None:
    bring(platform.app("cookies-plain", FLASK, MANIFEST + '[http]\ncookies = "as-is"\n'), "flask")
    platform.vaas("deploy", str(platform.home / "apps" / "cookies-plain"), "--grant")
    assert "Path=/;" in platform.get("/cookies-plain/").headers["set-cookie"] + ";"
