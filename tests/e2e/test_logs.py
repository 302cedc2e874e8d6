"""What an app's author finds in the log: lines once, with their own level, by a request's id, tracebacks whole."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

from tests.e2e.apps import TRUSTED
from tests.e2e.running import Running

CONFIGURED = dedent(
    """
    import logging
    import sys

    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(levelname)s:%(name)s:%(message)s")
    log = logging.getLogger("shop")

    def app(environ, start_response):
        log.debug("a detail")
        log.warning("a warning")
        if environ["PATH_INFO"] == "/fails":
            raise ValueError("deliberate")
        start_response("200 OK", [("content-type", "text/plain")])
        return [b"ok"]
    """
).lstrip()

VALIDATED = dedent(
    """
    from wsgiref.validate import validator

    def plain(environ, start_response):
        start_response(200, [])
        return []

    app = validator(plain)
    """
).lstrip()

WSGI = 'entry = "app:app"\ninterface = "wsgi"\n' + TRUSTED
WSGIREF = WSGI + "[permissions]\nmodules = ['wsgiref']\n"


def entries(platform: Running, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in platform.vaas("logs", *words, "--json").stdout.splitlines()]


def test_an_app_that_configures_logging_has_each_line_once_with_its_own_level(platform: Running):
    platform.deploy("configured", CONFIGURED, WSGI)
    platform.get("/configured/")
    found = [(each["level"], each["text"]) for each in entries(platform, "configured", "--grep", "shop:")]
    assert found == [("debug", "DEBUG:shop:a detail"), ("warning", "WARNING:shop:a warning")]
    shown = platform.vaas("logs", "configured", "--grep", "a warning").stdout
    assert shown.lower().count("warning") == 2  # the level once, and the text


def test_the_id_of_a_request_finds_all_its_lines_and_its_traceback_whole(platform: Running):
    platform.deploy("found", CONFIGURED, WSGI)
    ids = [platform.get("/found/fails").headers["x-request-id"] for _ in range(2)]
    for words in (("--grep", ids[1]), ("--request", ids[1])):
        found = entries(platform, "found", *words)
        text = "\n".join(each["text"] for each in found)
        assert {each["request"] for each in found} == {ids[1]}
        assert "a detail" in text
        assert "Traceback (most recent call last):" in text
        assert 'raise ValueError("deliberate")' in text
        assert text.count("ValueError: deliberate") == 1


def test_an_error_in_a_package_shows_the_frames_that_lead_to_it(platform: Running):
    platform.deploy("validated", VALIDATED, WSGIREF)
    request = platform.get("/validated/").headers["x-request-id"]
    text = "\n".join(each["text"] for each in entries(platform, "validated", "--request", request))
    assert 'File "/app/app.py", line 4, in plain' in text
    assert "wsgiref/validate.py" in text
    assert "in start_response_wrapper" in text
    full = "\n".join(each["text"] for each in entries(platform, "validated", "--request", request, "--full"))
    assert "in lint_app" not in text
    assert "in lint_app" in full


def test_an_error_without_a_frame_of_the_app_shows_those_of_the_package(platform: Running):
    code = "from wsgiref.validate import validator\napp = validator(lambda environ, start_response: [])\n"
    platform.deploy("packaged", code, WSGIREF.replace('"wsgi"', '"asgi"'))
    request = platform.get("/packaged/").headers["x-request-id"]
    text = "\n".join(each["text"] for each in entries(platform, "packaged", "--request", request))
    assert "Traceback (most recent call last):" in text
    assert "wsgiref/validate.py" in text
    assert "AssertionError" in text


def test_a_traceback_at_deploy_is_cut_to_what_leads_to_the_error_and_shown_once(platform: Running):
    code = (
        "import json\nimport vaas\n\ndef load():\n    return json.loads('{')\n\nload()\n\n@vaas.app\nclass Cut: ...\n"
    )
    folder = platform.app("cut", code)
    told = platform.vaas("deploy", str(folder), ok=False).stderr
    assert told.count("Traceback (most recent call last):") == 1
    assert told.count('File "/app/app.py", line 5, in load') == 1
    assert "json/decoder.py" in told
    assert "vaas/core" not in told
    assert "importlib" not in told
