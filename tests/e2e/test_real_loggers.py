"""The loggers of Flask and Django as they are: each line once, at its level, under its request; tracebacks lead from
the app to the error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.running import Running
from tests.installed import bring

WSGI = 'entry = "app:app"\ninterface = "wsgi"\ncode = "trusted"\n[limits]\nstart = "60s"\n'

FLASK = """
import logging
from flask import Flask

app = Flask(__name__)

def missing():
    return {}["missing"]

@app.get("/")
def index():
    app.logger.info("looked at")
    app.logger.warning("low on stock")
    logging.getLogger("shop").error("sold out")
    return "ok"

@app.get("/fails")
def fails():
    return missing()

@app.get("/within")
def within():
    return app.json.loads("{")
"""

DJANGO = """
import logging
import django
from django.conf import settings

CONSOLE = {CONSOLE}
settings.configure(DEBUG={DEBUG}, SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], LOGGING=CONSOLE)
django.setup()

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.utils.http import base36_to_int

def missing():
    return {{}}["missing"]

def index(request):
    logging.getLogger("django.shop").info("looked at")
    logging.getLogger("django.shop").warning("low on stock")
    logging.getLogger("shop").error("sold out")
    return HttpResponse("ok")

def fails(request):
    return HttpResponse(missing())

def within(request):
    return HttpResponse(base36_to_int("~~"))

urlpatterns = [path("", index), path("fails", fails), path("within", within)]
app = get_wsgi_application()
"""

CONSOLE = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"own": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "own"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

APPS = {
    "flask": ("flask", FLASK),
    "django-live": ("django", DJANGO.format(CONSOLE={}, DEBUG=False)),
    "django-debug": ("django", DJANGO.format(CONSOLE={}, DEBUG=True)),
    "django-console": ("django", DJANGO.format(CONSOLE=CONSOLE, DEBUG=False)),
}


@pytest.fixture(scope="module", params=APPS)
def app(request: pytest.FixtureRequest, platform: Running) -> str:
    package, code = APPS[request.param]
    name = f"logs-{request.param}"
    folder = platform.app(name, code, WSGI)
    bring(folder, package)
    platform.vaas("deploy", str(folder), "--grant", timeout=120)
    return name


def entries(platform: Running, app: str, request: str, *words: str) -> list[dict[str, Any]]:
    shown = platform.vaas("logs", app, "--request", request, "--json", *words).stdout
    return [json.loads(line) for line in shown.splitlines()]


def asked(platform: Running, app: str, path: str) -> tuple[int, str]:
    answer = platform.get(f"/{app}/{path}")
    return answer.status_code, answer.headers["x-request-id"]


def test_each_line_comes_once_at_its_level_under_its_request(platform: Running, app: str):
    status, request = asked(platform, app, "")
    found = entries(platform, app, request)
    assert status == 200
    levels = [(each["level"], words) for words in WORDS for each in found if words in each["text"]]
    assert levels == [(level, words) for words, level in WORDS.items()]


WORDS = {"looked at": "info", "low on stock": "warning", "sold out": "error"}


def test_each_line_is_shown_with_its_level_once(platform: Running, app: str):
    _, request = asked(platform, app, "")
    shown = platform.vaas("logs", app, "--request", request).stdout.lower()
    for words, level in WORDS.items():
        [line] = [line for line in shown.splitlines() if words in line]
        assert line.count(level) == 1


def test_a_failed_request_s_traceback_is_whole_at_level_error_and_there_once(platform: Running, app: str):
    status, request = asked(platform, app, "fails")
    found = entries(platform, app, request)
    text = "\n".join(each["text"] for each in found)
    assert status == 500
    assert {each["level"] for each in found} == {"error"}
    assert {each["request"] for each in found} == {request}
    assert text.count("Traceback (most recent call last):") == 1
    assert text.index(", in fails") < text.index(", in missing") < text.index("KeyError: 'missing'")
    assert text.count("KeyError: 'missing'") == 1
    found = platform.vaas("logs", app, "--grep", request, "--json").stdout
    assert "in missing" in found


def test_an_error_in_a_package_is_shown_with_the_frames_from_the_app_to_it(platform: Running, app: str):
    status, request = asked(platform, app, "within")
    text = "\n".join(each["text"] for each in entries(platform, app, request))
    where = "json/decoder.py" if app == "logs-flask" else "django/utils/http.py"
    assert status == 500
    assert text.index("app.py") < text.index(", in within") < text.index(where)


def test_where_the_lines_are_ours_the_frames_before_the_app_s_are_for_those_who_ask(platform: Running):
    package, code = APPS["django-live"]
    folder = platform.app("logs-full", code, WSGI)
    bring(folder, package)
    platform.vaas("deploy", str(folder), "--grant", timeout=120)
    _, request = asked(platform, "logs-full", "fails")
    for words, before in (((), False), (("--full",), True)):
        text = "\n".join(each["text"] for each in entries(platform, "logs-full", request, *words))
        assert ("core/handlers/base.py" in text) is before
