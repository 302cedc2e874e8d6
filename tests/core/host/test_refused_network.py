"""What an app without a network tries to reach is said in its log, once a minute for each target."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.host.refused_network import MOST, Refusals
from vaas.core.once_a_minute import AGAIN


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.refusals = Refusals(lambda stream, level, text: self.lines.append(text), lambda: self.now)


def test_a_line_names_the_target_the_key_and_what_to_write() -> None:
    clock = Clock()
    clock.refusals.add("api.example.com", 443)
    assert clock.lines == [
        "refused: a connection to api.example.com:443, as the app has no network; ask for it in vaas.toml: "
        '[permissions] net = ["api.example.com:443"]'
    ]


def test_a_target_that_is_tried_in_a_loop_is_one_line_a_minute() -> None:
    clock = Clock()
    for _ in range(60):
        clock.refusals.add("a.example", 443)
        clock.refusals.add("a.example", 80)
    assert len(clock.lines) == 2
    clock.now = AGAIN
    clock.refusals.add("a.example", 443)
    assert len(clock.lines) == 3


@given(st.lists(st.text(min_size=1), min_size=MOST, max_size=2 * MOST, unique=True))
def test_no_number_of_targets_fills_the_log_or_memory(names: list[str]) -> None:
    clock = Clock()
    for name in names * 2:
        clock.refusals.add(name, 1)
    assert len(clock.lines) == MOST


@pytest.mark.parametrize("host", [None, "", b"", 7, object()])
def test_what_names_no_host_is_no_target(host: Any) -> None:
    clock = Clock()
    clock.refusals.add(host, 80)
    assert clock.lines == []


def test_every_way_to_a_target_is_seen() -> None:
    code = """
        import asyncio, socket, uvloop
        from vaas.core.host.refused_network import tell_refusals
        tell_refusals(lambda stream, level, text: print(stream, level, text.split(",")[0]))
        def tried(call, *args, **named):
            try:
                return call(*args, **named)
            except OSError:
                return None
        tried(socket.create_connection, ("127.0.0.1", 1), 1)
        tried(socket.getaddrinfo, "127.0.0.2", 2)
        tried(socket.getaddrinfo, host=b"127.0.0.3", port="http")
        for new, n in ((uvloop.new_event_loop, 4), (asyncio.SelectorEventLoop, 6)):
            loop = new()
            tried(loop.run_until_complete, loop.create_connection(asyncio.Protocol, "127.0.0.4", n))
            tried(loop.run_until_complete, loop.getaddrinfo("127.0.0.5", n + 1))
            loop.close()
        """
    done = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    places = [line.rpartition(" ")[2] for line in done.stdout.splitlines()]
    assert places[:5] == ["127.0.0.1:1", "127.0.0.2:2", "127.0.0.3:http", "127.0.0.4:4", "127.0.0.5:5"]
    assert "127.0.0.5:7" in places
    assert done.stdout.startswith("net warning refused: a connection to 127.0.0.1:1")
