"""What `net` refuses is said in the app's log: target, key and remedy, once."""

from __future__ import annotations

import json

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


TWICE = """
import os, socket

def app(environ, start_response):
    if environ["PATH_INFO"] == "/ends":
        os.abort()
    try:
        socket.create_connection(("192.0.2.1", 81), timeout=2)
    except OSError as error:
        said = type(error).__name__
    start_response("200 OK", [])
    return [f"{said} {os.getpid()}".encode()]
"""


@pytest.mark.parametrize("net", ["", '[permissions]\nnet = ["127.0.0.1:1"]\n'])
def test_a_second_host_does_not_say_it_again_and_it_is_a_warning(platform: Running, net: str):
    name = "twice-out" if net else "twice-in"
    platform.deploy(name, TWICE, TRUSTED + net)
    first = platform.get(f"/{name}/").text
    platform.get(f"/{name}/ends")
    second = platform.get(f"/{name}/").text
    assert first != second
    entries = [json.loads(line) for line in platform.vaas("logs", name, "--json").stdout.splitlines()]
    [line] = [each for each in entries if "192.0.2.1:81" in each["text"] and "refused: " in each["text"]]
    assert (line["stream"], line["level"]) == ("log", "warning")


def test_a_command_s_refusals_are_on_its_own_error_stream(platform: Running):
    platform.deploy("run-out", TWICE, TRUSTED + '[permissions]\nnet = ["127.0.0.1:1"]\n')
    code = "import socket; print(socket.socket().connect_ex(('192.0.2.1', 81)))"
    done = platform.vaas("run", "run-out", "--", "python", "-c", code)
    assert done.stdout == "13\n"
    assert done.stderr.count("refused: a connection to 192.0.2.1:81") == 1
