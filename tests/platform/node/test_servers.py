from __future__ import annotations

import logging

import pytest

from tests.platform.gateway.served import GET, Answers, Served, play, until
from tests.platform.gateway.test_request_lines import LARGE
from vaas.platform.node import servers


@pytest.mark.parametrize("sent", [GET, LARGE])
def test_an_end_that_cuts_an_answer_says_so_once_and_shows_no_traceback(
    sent: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(servers, "GRACE", 0.05)
    pool = Answers(None)

    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(sent)
        await until(lambda: pool.asked)
        with caplog.at_level(logging.WARNING):
            await served.gateway.stop()

    play(scene, pool)
    assert [record.getMessage() for record in caplog.records] == [
        "connections cut whose answers were not complete 0.05 s after the end: 1"
    ]


@pytest.mark.parametrize(
    ("address", "host"), [(":0", "0.0.0.0"), ("127.0.0.1:0", "127.0.0.1"), ("localhost:0", "127.0.0.1")]
)
def test_an_address_without_a_host_is_every_address(address: str, host: str) -> None:
    with servers.bind(address, "--listen") as sock:
        assert sock.getsockname()[0] == host


@pytest.mark.parametrize(
    "address",
    ["8080", "", ":", "host:", "host:http", "127.0.0.1:65536", "127.0.0.1:²", "127.0.0.1:٣", ":" + "8" * 5000],
)
def test_what_is_no_address_is_refused_with_what_to_write(address: str) -> None:
    with pytest.raises(servers.AddressInvalid, match="Write HOST:PORT"):
        servers.bind(address, "--listen")


@pytest.mark.parametrize(
    ("address", "named"),
    [("node1:80", ["node1"]), ("[::1]:80", ["[::1]"]), (":80", []), ("0.0.0.0:80", []), ("[::]:80", [])],
)
def test_an_address_names_a_host_unless_it_is_every_address(address: str, named: list[str]) -> None:
    assert servers.listening_host(address) == named
