"""Flask, Django and FastAPI as they are published, and the standard library's validator of WSGI around them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from wsgiref.validate import validator

import django
import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from fastapi import FastAPI
from flask import Flask, Response, request

from tests.framework.foreign.served import Served

FORM = [(b"content-type", b"application/x-www-form-urlencoded")]

# --- Flask

flask = Flask(__name__)


@flask.get("/async")
async def async_view() -> str:
    return "async view"


@flask.get("/run")
def run_view() -> str:
    return asyncio.run(asyncio.sleep(0, "asyncio.run"))


@flask.get("/stream")
def stream_view() -> Response:
    return Response((asyncio.run(asyncio.sleep(0, part)) for part in ("a", "b")), mimetype="text/plain")


@flask.post("/form")
def form_view() -> dict[str, Any]:
    return {"form": request.form, "length": request.content_length}


def ask(entry: Any, method: str, url: str, *body: bytes, headers: Any = None) -> tuple[int, dict[str, str], bytes]:
    served = Served(entry)
    found = asyncio.run(served.send(method, url, *body, headers=headers))
    assert served.reports == []
    return found


@pytest.mark.parametrize(("url", "said"), [("/async", b"async view"), ("/run", b"asyncio.run"), ("/stream", b"ab")])
@pytest.mark.parametrize("wrap", [lambda app: app, validator], ids=["alone", "validated"])
def test_flask_s_views_may_run_a_loop_of_their_own(wrap: Callable[[Any], Any], url: str, said: bytes):
    assert ask(wrap(flask), "GET", url)[::2] == (200, said)


READ = (200, b'{"form":{"a":"1","b":"2"},"length":7}\n')


@pytest.mark.parametrize("wrap", [lambda app: app, validator], ids=["alone", "validated"])
def test_flask_reads_a_form(wrap: Callable[[Any], Any]):
    headers = [*FORM, (b"content-length", b"7")]
    assert ask(wrap(flask), "POST", "/form", b"a=1&b=2", headers=headers)[::2] == READ


def test_flask_reads_a_form_that_comes_in_chunks():
    assert ask(flask, "POST", "/form", b"a=1", b"&b=2", headers=FORM)[::2] == READ


@pytest.mark.parametrize("wrap", [lambda app: app, validator], ids=["alone", "validated"])
def test_flask_s_head_says_the_length_of_get(wrap: Callable[[Any], Any]):
    status, headers, body = ask(wrap(flask), "HEAD", "/async")
    assert (status, headers["content-length"], body) == (200, "10", b"")


# --- Django


def tables(request: HttpRequest) -> HttpResponse:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select 41 + 1")
        return JsonResponse({"answer": cursor.fetchone()[0]})


urlpatterns = [path("legacy/orm", tables), path("orm", tables)]


@pytest.fixture(scope="module", autouse=True)
def _django(tmp_path_factory: pytest.TempPathFactory):
    """Its database is a file: of one in memory, Django closes no connection, whatever it is asked."""
    if not settings.configured:
        file = tmp_path_factory.mktemp("django") / "db.sqlite3"
        settings.configure(
            ROOT_URLCONF=__name__,
            ALLOWED_HOSTS=["*"],
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}},
            MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
            SECRET_KEY="for tests",
            LOGGING_CONFIG=None,
        )
        django.setup()
    yield
    from django.db import connections

    connections.close_all()


@pytest.mark.parametrize("wrap", [lambda app: app, validator], ids=["alone", "validated"])
def test_django_s_orm_works_under_wsgi(wrap: Callable[[Any], Any]):
    host = [(b"host", b"h.org")]
    assert ask(wrap(WSGIHandler()), "GET", "/orm", headers=host)[::2] == (200, b'{"answer": 42}')


def test_django_s_orm_works_under_asgi_in_its_plain_views():
    assert ask(ASGIHandler(), "GET", "/orm", headers=[(b"host", b"h.org")])[::2] == (200, b'{"answer": 42}')


# --- FastAPI

fastapi = FastAPI()


@fastapi.get("/plain")
def plain_view() -> str:
    return asyncio.run(asyncio.sleep(0, "asyncio.run"))


@fastapi.get("/async")
async def fast_view() -> str:
    return "async"


@pytest.mark.parametrize(("url", "said"), [("/plain", b'"asyncio.run"'), ("/async", b'"async"')])
def test_fastapi_s_views_are_called_as_ever(url: str, said: bytes):
    assert ask(fastapi, "GET", url)[::2] == (200, said)
