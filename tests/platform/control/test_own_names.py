"""The console answers to its own names, and to no other that was made to lead to its address."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from vaas.platform.control.own_names import ConsoleHostInvalid, OwnNames, own_names


class Api:
    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1


async def nothing() -> Any:
    raise AssertionError("nothing is to be read")


def ask(
    *hosts: str, names: tuple[str, ...] = (), server: Any = ("10.0.0.7", 9080), version: str = "1.1", path: str = "/"
) -> tuple[int, dict[str, Any]]:
    """The status, 0 for a request that came through, and the problem."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    api = Api()
    headers = [(b"host", host.encode("latin-1")) for host in hosts]
    scope = {"type": "http", "headers": headers, "server": server, "http_version": version, "path": path}
    asyncio.run(OwnNames(api, own_names(names))(scope, nothing, send))
    if api.asked:
        assert not sent
        return 0, {}
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST:9080", "localhost.", "127.0.0.1", "127.0.0.1:80", "127.1.2.3", "[::1]:9080", "[::1]",
        "10.0.0.7", "10.0.0.7:1", "[::ffff:10.0.0.7]",
    ],
)  # fmt: skip
def test_loopback_names_and_the_address_that_was_connected_to_are_its_own(host: str):
    assert ask(host)[0] == 0


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:9080", "localhost.evil.example", "evil.localhost", "127.0.0.1.evil.example",
        "10.0.0.8", "[::2]", "0.0.0.0", "localhost:evil", "[::1]evil", "::1", "localhost@evil.example", "", " ", "\xe9",
        "2130706433", "127.1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/status"])
def test_any_other_name_is_421(host: str, path: str):
    status, problem = ask(host, path=path)
    assert status == 421
    assert problem["code"] == "not-this-console"
    assert "--console-host" in problem["detail"]


def test_the_answer_spells_the_name_as_the_option_takes_it():
    _, problem = ask("Node1.:9080")
    assert "is not 'node1'." in problem["detail"]
    own_names([problem["host"]])


@pytest.mark.parametrize(
    "name", ["console.example.com", "Console.Example.COM.", "10.1.1.1", "[2001:db8::0:1]", "node_1"]
)
def test_a_name_that_it_was_given_is_its_own(name: str):
    assert ask(name, names=("other", name))[0] == 0
    assert ask(name)[0] == 421


def test_a_request_without_a_host_comes_through_where_http_has_none():
    assert ask(version="1.0")[0] == 0
    assert ask(version="1.1")[0] == 400


def test_of_two_hosts_neither_counts():
    assert ask("localhost", "evil.example")[0] == 400
    assert ask("localhost", "localhost", version="1.0")[0] == 400


def test_without_a_server_s_address_names_count_alone():
    assert ask("localhost", server=None)[0] == 0
    assert ask("10.0.0.7", server=None)[0] == 421


@pytest.mark.parametrize(
    "text", ["", "http://x", "x:80", "a b", "*.example.com", "x/", "-x", "x..y", "\xe9", "1.2.3.4:5"]
)
def test_what_is_no_name_is_refused_with_what_to_write(text: str):
    with pytest.raises(ConsoleHostInvalid, match="without scheme and port"):
        own_names([text])
