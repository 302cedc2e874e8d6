"""The node's own log, as a process writes it."""

from __future__ import annotations

import io
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.printable import one_line
from vaas.platform.node.log_limits import LINES
from vaas.platform.node.node_log import NodeLog

DATED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    logger = logging.Logger("vaas.tried")
    yield logger
    for handler in logger.handlers:
        handler.close()


def lines_of(log: logging.Logger, say: Callable[[], None]) -> list[str]:
    """What is in the node's log, once it is closed, when this is said."""
    stream = io.StringIO()
    log.handlers[:] = [NodeLog(stream)]
    say()
    log.handlers[0].close()
    return stream.getvalue().split("\n")[:-1]


def test_a_line_is_dated(log: logging.Logger) -> None:
    [line] = lines_of(log, lambda: log.warning("%s v%d: %s", "shop", 3, "it failed"))
    assert DATED.match(line)
    assert line[20:] == "shop v3: it failed"


def test_foreign_text_forges_no_line_and_moves_no_terminal(log: logging.Logger) -> None:
    forged = "boom\n2026-11-27 20:00:00 all is well\r\x1b[2J\u2028\u202e"
    [line] = lines_of(log, lambda: log.warning("%s", forged))
    assert line[20:] == one_line(forged)


@given(st.text(st.characters(exclude_categories=())))
def test_one_call_is_one_line(text: str) -> None:
    log = logging.Logger("vaas.tried")
    [line] = lines_of(log, lambda: log.warning("%s", text))
    assert line[20:] == one_line(text)


def test_a_traceback_is_set_in(log: logging.Logger) -> None:
    def say() -> None:
        try:
            raise ValueError("no\n2026-11-27 20:00:00 all is well\x1b[2J")
        except ValueError:
            log.exception("the service failed")

    first, *rest = lines_of(log, say)
    assert first[20:] == "the service failed"
    assert rest[0] == "    Traceback (most recent call last):"
    assert rest[-1] == "    2026-11-27 20:00:00 all is well\\x1b[2J"
    assert all(line.startswith("    ") for line in rest)


def test_what_is_very_long_is_cut(log: logging.Logger) -> None:
    [line] = lines_of(log, lambda: log.warning("x" * 1_000_000))
    assert len(line) < 20_000
    assert line.endswith("more characters)")


def test_a_flood_is_counted_and_others_are_heard_meanwhile(log: logging.Logger) -> None:
    def say() -> None:
        for number in range(LINES + 312):
            log.warning("more than %d connections", number)
        log.warning("the disk is full")

    *first, calm, last = lines_of(log, say)
    assert len(first) == LINES
    assert calm.endswith("the disk is full")
    assert "… and 312 more of this kind in the last minute, the last: more than 331 connections" in last
    assert DATED.match(last)


def test_a_flood_that_has_ended_is_told_without_another_line(
    log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            if "… and 5 more" in text:
                told.set()
            return super().write(text)

    now = [0.0]
    monkeypatch.setattr("vaas.platform.node.node_log.monotonic", lambda: now[0])
    monkeypatch.setattr("vaas.platform.node.log_limits.PAUSE", 0.1)
    log.handlers[:] = [NodeLog(Stream())]
    for _ in range(LINES + 5):
        log.warning("flood")
    now[0] = 1.0
    assert told.wait(10)


def test_what_goes_past_logging_is_caught_too() -> None:
    code = """
        import logging, threading, warnings
        from vaas.platform.node import node_log

        def fail(text):
            raise ValueError(text)

        class Failing:
            def __del__(self):
                fail("unseen\\n2026-11-27 20:00:00 forged")

        node_log.install(logging.WARNING)
        warnings.warn("odd\\n2026-11-27 20:00:00 forged")
        thread = threading.Thread(target=fail, args=("thread\\n2026-11-27 20:00:00 forged",))
        thread.start()
        thread.join()
        Failing()
        for number in range(25):
            logging.getLogger("x").warning("flood %d", number)
    """
    done = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    assert not [line for line in lines if line.startswith("2026-11-27 20:00:00")]
    assert all(DATED.match(line) or line.startswith("    ") for line in lines)
    said = [line[20:] for line in lines if DATED.match(line)]
    assert [line for line in said if "UserWarning: odd\\n2026" in line]
    assert [line for line in said if line.startswith("a thread ended by an error: ")]
    assert [line for line in said if "__del__" in line]
    assert said[-1] == "… and 5 more of this kind in the last minute, the last: flood 24"
