"""What a websocket may say at its beginning and end: what an app says wrongly never leaves its host."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.framework.http.headers import BadHead
from vaas.framework.http.websocket_heads import (
    LONGEST_REASON,
    accept_of_app,
    check_reply,
    close_of_app,
    cut,
    refusal_of_app,
)
from vaas.framework.http.wire_heads import WsClose, WsReply, decode_ws_reply


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4000, 4999])
def test_a_code_that_may_be_sent_is(code: int) -> None:
    assert close_of_app(code, "bye") == WsClose(code, "bye")


@pytest.mark.parametrize("code", [-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 70000, True, None, "1000", 1e3])
def test_a_code_that_may_not_be_sent_is_refused_by_its_value(code: Any) -> None:
    with pytest.raises(BadHead, match=f"close code {code!r}"):
        close_of_app(code, "")


def test_no_reason_is_an_empty_one_and_what_is_no_text_is_refused() -> None:
    assert close_of_app(1000, None).reason == ""
    with pytest.raises(BadHead, match="reason"):
        close_of_app(1000, b"bytes")


@given(st.text(max_size=200))
def test_a_reason_is_cut_to_what_a_frame_holds_at_a_whole_character(reason: str) -> None:
    kept = cut(reason)
    assert len(kept.encode()) <= LONGEST_REASON
    assert reason.startswith(kept)


def test_a_reason_that_is_not_unicode_can_be_sent_all_the_same() -> None:
    assert cut("a\ud800b") == "a?b"


@pytest.mark.parametrize("name", [None, "", "graphql-ws"])
def test_a_subprotocol_is_a_name_or_none(name: str | None) -> None:
    assert decode_ws_reply(accept_of_app(name, [])).subprotocol == (name or "")


@pytest.mark.parametrize("name", ["é", "\u20ac", "a b", "a\r\nx: y", "\ud800", 5, b"x"])
def test_what_cannot_be_a_subprotocol_is_refused(name: Any) -> None:
    with pytest.raises(BadHead, match="subprotocol"):
        accept_of_app(name, [])


def test_a_refusal_has_a_status_of_an_answer() -> None:
    assert decode_ws_reply(refusal_of_app(HTTPStatus.FORBIDDEN, [])).status == 403
    for status in (101, 199, 600, "403", None):
        with pytest.raises(BadHead, match="status"):
            refusal_of_app(status, [])


@pytest.mark.parametrize(
    "reply", [WsReply(100), WsReply(700), WsReply(101, "\u20ac"), WsReply(101, "", [(b"x", b"1\r\ny: z")])]
)
def test_the_gateway_takes_no_more_from_a_host_than_the_host_from_its_app(reply: WsReply) -> None:
    with pytest.raises(BadHead):
        check_reply(reply)
