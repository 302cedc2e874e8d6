"""Heads from workers are checked before a byte of them reaches a client."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from vaas.core.pool.errors import (
    BackingOff,
    DeadlineExceeded,
    HandlerFailed,
    HostBroken,
    HostGone,
    HostOverLimit,
    QueueFull,
    StreamStalled,
)
from vaas.core.wire.codec import WireGarbage
from vaas.framework.http.wire_heads import HttpReply, encode
from vaas.platform.gateway.responses import KEPT, USUAL, refusal_of, render


def head(status: int, *headers: tuple[bytes, bytes]) -> Raw:
    return Raw(encode(HttpReply(status, list(headers))))


def test_a_head_is_rendered_with_its_phrase_and_without_its_length():
    rendered = render(head(201, (b"Content-Type", b"text/plain"), (b"content-length", b"7")))
    assert rendered.block == b"HTTP/1.1 201 Created\r\ncontent-type: text/plain\r\n"
    assert rendered.length == 7


@pytest.mark.parametrize("name", [b"connection", b"Transfer-Encoding", b"upgrade", b"keep-alive"])
def test_what_concerns_one_connection_alone_is_not_passed_on(name):
    assert name.lower() not in render(head(200, (name, b"x"))).block


@pytest.mark.parametrize("status", [0, 99, 100, 199, 600, 1000, -1])
def test_a_status_that_is_none_is_refused(status):
    with pytest.raises(WireGarbage):
        render(head(status))


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_no_header_can_begin_another_line(name, value):
    try:
        block = render(head(200, (name, value))).block
    except WireGarbage:
        return
    assert block.count(b"\r\n") == len(block.splitlines()) <= 2
    assert block.count(b"\n") == block.count(b"\r\n") == block.count(b"\r")


@given(st.binary())
def test_any_bytes_for_a_head_are_a_head_or_refused(raw):
    with contextlib.suppress(WireGarbage):
        assert render(Raw(raw)).block.startswith(b"HTTP/1.1 ")


def test_a_large_head_is_rendered_each_time_and_not_kept():
    large = head(200, (b"x-large", b"x" * USUAL))
    assert render(large) == render(large)
    assert render(large) is not render(large)


def test_rendered_heads_are_kept_and_their_number_is_bounded():
    one = head(200, (b"x-first", b"1"))
    assert render(one) is render(Raw(bytes(one)))
    for n in range(KEPT + 1):
        render(head(200, (b"x-n", str(n).encode())))
    assert render(one).status == 200


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (DeadlineExceeded(timeout=3.0), 504, False),
        (StreamStalled(timeout=3.0), 504, False),
        (HandlerFailed(reason="error"), 500, False),
        (HostGone(reason="the process was ended by SIGKILL; its last words: secret"), 502, False),
        (HostBroken(error="ValueError: secret", where="app.py:1", traceback="secret"), 502, False),
        (QueueFull(queue=100), 503, True),
        (BackingOff(seconds=4.2, error="secret"), 503, True),
    ],
)
def test_every_way_to_have_no_answer_is_a_problem_with_a_request_id_and_no_secret(error, status, retry):
    refusal = refusal_of(error, "trace-1", debug=False)
    body = json.loads(refusal.body)
    assert refusal.status == body["status"] == status
    assert body["request_id"] == "trace-1"
    assert (b"retry-after" in dict(refusal.headers)) is retry
    assert b"secret" not in refusal.body


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (HostOverLimit(reason="out of memory: 70MB of limits.memory = 64MB"), 502),
        (BackingOff(seconds=3, error=HostOverLimit(reason="out of memory: 70MB of limits.memory = 64MB")), 503),
    ],
)
def test_a_limit_that_cost_a_host_its_life_is_named_to_the_caller(error, status):
    refusal = refusal_of(error, "trace-1", debug=False)
    assert refusal.status == status
    assert "70MB of limits.memory = 64MB" in json.loads(refusal.body)["detail"]


def test_in_development_the_traceback_is_told():
    broken = HostBroken(error="ValueError: no", where="app.py:3", traceback="Traceback …")
    assert json.loads(refusal_of(broken, "t", debug=True).body)["where"] == "app.py:3"


@pytest.mark.parametrize(("seconds", "retry"), [(0.2, b"1"), (4.2, b"4"), (59.9, b"60")])
def test_when_to_come_back_is_told_in_whole_seconds_and_never_at_once(seconds: float, retry: bytes):
    refusal = refusal_of(BackingOff(seconds=seconds, error="x"), "t", debug=False)
    assert (b"retry-after", retry) in refusal.headers
