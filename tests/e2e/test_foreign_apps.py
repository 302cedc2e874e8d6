"""Apps of other frameworks through a real gateway."""

from __future__ import annotations

import httpx
import pytest

from tests.e2e.running import Running

WSGI = """
import asyncio

async def word(text):
    return text

IMPORTED = asyncio.run(word("imported"))

def app(environ, start_response):
    if environ["PATH_INFO"] == "/loop":
        loop = asyncio.get_event_loop()
        body = loop.run_until_complete(word("its own loop"))
    elif environ["PATH_INFO"] == "/hops":
        body = " ".join(sorted(name for name in environ if name.startswith("HTTP_")))
    else:
        body = f"{IMPORTED} {asyncio.run(word('run'))} {environ.get('CONTENT_LENGTH')} {environ['wsgi.input'].read()}"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body.encode()]
"""

FACTORY = """
from wsgiref.validate import validator

def inner(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"made"]

def create_app():
    return validator(inner)
"""

ASYNC = """
import asyncio

def app(*args):
    return answer(*args)

async def answer(scope, receive, send):
    if scope["type"] == "lifespan":
        raise RuntimeError("knows none")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b" ".join(sorted(name for name, _ in scope["headers"]))})
"""

TRUSTED = 'code = "trusted"\n'
HOPS = {"te": "trailers", "keep-alive": "timeout=5", "proxy-connection": "close", "x-a": "b", "connection": "te"}


@pytest.fixture(scope="module")
def node(platform: Running) -> Running:
    for name, source, manifest in (
        ("foreign-wsgi", WSGI, 'entry = "app:app"\n' + TRUSTED),
        ("foreign-made", FACTORY, 'entry = "app:create_app()"\n' + TRUSTED + '[permissions]\nmodules = ["wsgiref"]\n'),
        ("foreign-said", ASYNC, 'entry = "app:app"\ninterface = "asgi"\n' + TRUSTED),
    ):
        platform.deploy(name, source, manifest)
    return platform


def test_blocking_code_runs_loops_of_its_own_at_import_and_after(node: Running):
    assert httpx.get(f"{node.gateway}/foreign-wsgi/").text == "imported run None b''"
    assert httpx.get(f"{node.gateway}/foreign-wsgi/loop").text == "its own loop"


def test_a_body_in_chunks_is_the_app_s_whole(node: Running):
    said = httpx.post(f"{node.gateway}/foreign-wsgi/", content=iter([b"he", b"llo"])).text
    assert said == "imported run 5 b'hello'"


def test_no_app_sees_what_is_about_the_connection(node: Running):
    for content in (None, iter([b"chunked"])):
        said = httpx.request("POST", f"{node.gateway}/foreign-wsgi/hops", content=content, headers=HOPS).text
        assert said == "HTTP_ACCEPT HTTP_ACCEPT_ENCODING HTTP_HOST HTTP_USER_AGENT HTTP_X_A"
        said = httpx.request("GET", f"{node.gateway}/foreign-said/", content=content, headers=HOPS).text
        assert said == "accept accept-encoding host user-agent x-a"


def test_a_factory_makes_the_app_and_the_validator_finds_nothing(node: Running):
    assert httpx.get(f"{node.gateway}/foreign-made/").text == "made"
