"""What a host may say of a line of its log."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.msgpack import Decoder

from vaas.core.virtual.console import LEVELS, TRACE, level_of
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import LogLine

decode = Decoder(LogLine).decode


def sent(**said: Any) -> bytes:
    fields = {"worker": 0, "trace": "5f3a9c01-2b", "stream": "log", "level": "info", "text": "x", **said}
    return encode([15, *fields.values()])


def test_a_line_says_what_it_said() -> None:
    assert decode(sent()) == LogLine(0, "5f3a9c01-2b", "log", "info", "x")


@pytest.mark.parametrize("level", ["", TRACE, *map(level_of, sorted(LEVELS)), level_of("NOTICE")])
@pytest.mark.parametrize("stream", ["stdout", "stderr", "log", "net"])
def test_every_level_and_stream_that_an_app_has_is_taken(stream: str, level: str) -> None:
    assert decode(sent(stream=stream, level=level)).level == level


@pytest.mark.parametrize("field", ["trace", "stream", "level"])
@pytest.mark.parametrize(
    "text", ["info\n", "\x1b[31m", "stdout\n2026-11-27 forged", "\u202e", "\u2028", "log ", "é", "x" * 65]
)
def test_nothing_else_is(field: str, text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(sent(**{field: text}))


@given(st.text(), st.text(), st.text(), st.integers(-(2**63), 2**64 - 1))
def test_whatever_is_taken_is_harmless(trace: str, stream: str, level: str, worker: int) -> None:
    try:
        line = decode(sent(trace=trace, stream=stream, level=level, worker=worker))
    except msgspec.ValidationError:
        return
    assert f"{line.trace}{line.stream}{line.level}".isascii()
    assert f"{line.trace}{line.stream}{line.level}".isprintable()
    assert 0 <= line.worker < 1000


def test_a_time_is_not_a_host_s_to_say() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(encode([15, 1795726800.0, 0, "", "log", "info", "x"]))
