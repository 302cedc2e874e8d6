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
REMEMBERED = asyncio.get_event_loop()
CLIENT = REMEMBERED.run_until_complete(word("made at import"))

def app(environ, start_response):
    if environ["PATH_INFO"] == "/loop":
        loop = asyncio.get_event_loop()
        body = loop.run_until_complete(word("its own loop"))
    elif environ["PATH_INFO"] == "/remembered":
        body = f"{CLIENT} {REMEMBERED.run_until_complete(word('and run'))} {REMEMBERED is asyncio.get_event_loop()}"
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

LOOP = """
import asyncio

REMEMBERED = asyncio.get_event_loop()

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        raise RuntimeError("knows none")
    same = await REMEMBERED.create_task(asyncio.sleep(0, REMEMBERED is asyncio.get_running_loop()))
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(same).encode()})
"""

TRUSTED = 'code = "trusted"\n'
HOPS = {"te": "trailers", "keep-alive": "timeout=5", "proxy-connection": "close", "x-a": "b", "connection": "te"}


@pytest.fixture(scope="module")
def node(platform: Running) -> Running:
    for name, source, manifest in (
        ("foreign-wsgi", WSGI, 'entry = "app:app"\n' + TRUSTED),
        ("foreign-made", FACTORY, 'entry = "app:create_app()"\n' + TRUSTED + '[permissions]\nmodules = ["wsgiref"]\n'),
        ("foreign-loop", LOOP, 'entry = "app:app"\n' + TRUSTED),
        ("foreign-said", ASYNC, 'entry = "app:app"\ninterface = "asgi"\n' + TRUSTED),
    ):
        platform.deploy(name, source, manifest)
    return platform


def test_blocking_code_runs_loops_of_its_own_at_import_and_after(node: Running):
    assert httpx.get(f"{node.gateway}/foreign-wsgi/").text == "imported run None b''"
    assert httpx.get(f"{node.gateway}/foreign-wsgi/loop").text == "its own loop"


def test_a_loop_that_is_remembered_at_import_can_be_run_later_by_blocking_code(node: Running):
    assert httpx.get(f"{node.gateway}/foreign-wsgi/remembered").text == "made at import and run True"


def test_a_loop_that_an_asgi_app_remembers_at_import_is_the_one_that_serves(node: Running):
    assert httpx.get(f"{node.gateway}/foreign-loop/").text == "True"


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
