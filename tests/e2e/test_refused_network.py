"""What `net` refuses is said in the app's log: target, key and remedy, once."""

from __future__ import annotations

import pytest

from tests.e2e.running import Running

CODE = """
import http.client

def app(environ, start_response):
    for _ in range(20):
        try:
            http.client.HTTPConnection("api.example.com", 81, timeout=2).request("GET", "/")
        except OSError as error:
            said = type(error).__name__
    start_response("200 OK", [])
    return [said.encode()]
"""
TRUSTED = 'entry = "app:app"\ncode = "trusted"\n'


@pytest.mark.parametrize("net", ["", '[permissions]\nnet = ["other.example.com:443"]\n'])
def test_a_target_that_is_refused_in_a_loop_is_one_line_that_says_what_to_write(platform: Running, net: str):
    name = "reaches-out" if net else "reaches-in"
    platform.deploy(name, CODE, TRUSTED + net)
    assert platform.get(f"/{name}/").text == "gaierror"
    (line,) = [it for it in platform.vaas("logs", name).stdout.splitlines() if "refused: " in it]
    assert "api.example.com" in line
    assert "[permissions] net" in line
    assert "ask for it in vaas.toml: " in line
    assert 'net = ["api.example.com:' in line
