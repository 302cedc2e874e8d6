"""An ``HTTPError`` that cannot be answered as it is says so where its author looks."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest

import vaas
from vaas.framework.testing.calls import Refused, RpcError
from vaas.testing import Client


class Unsendable:
    pass


def error(**said: Any) -> vaas.HTTPError:
    return vaas.HTTPError(409, said.pop("detail", "no"), **said)


THIS = sys.modules[__name__]
ODD: dict[str, Any] = {}


@vaas.app
class App:
    @vaas.get("/refused")
    def refused(self) -> None:
        raise error(**ODD)

    @vaas.get("/later")
    async def later(self) -> None:
        raise error(**ODD)

    @vaas.rpc
    def called(self) -> None:
        raise error(**ODD)

    @vaas.websocket("/talk")
    async def talk(self, ws: vaas.WebSocket) -> None:
        raise error(**ODD)


WRONG = [
    ({"members": {"good": 1, "who": Unsendable()}}, "whose member 'who', of type Unsendable, cannot become JSON"),
    ({"members": {"who": [{"x": object()}]}}, "whose member 'who', of type list, cannot become JSON: object"),
    ({"members": {"who": {("a", 1): 2}}}, "whose member 'who', of type dict, cannot become JSON"),
    ({"members": {"who": "\ud800"}}, "whose member 'who', of type str, cannot become JSON"),
    ({"detail": "\ud800"}, "whose detail, of type str, cannot become JSON"),
    ({"headers": {"x-a": "1\r\nset-cookie: evil=1"}}, "a value of the header 'x-a' with control characters"),
    ({"headers": {"x a": "1"}}, "the header name b'x a'"),
    ({"headers": {"x-a": "→"}}, "can't encode character"),
    ({"headers": {"x-a": 1}}, "cannot be answered"),
]


@pytest.mark.parametrize(("odd", "said"), WRONG)
@pytest.mark.parametrize("path", ["/refused", "/later"])
def test_what_is_wrong_is_in_the_log_and_in_the_answer(
    odd: dict[str, Any], said: str, path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(THIS, "ODD", odd)
    with Client(App) as client, caplog.at_level(logging.ERROR):
        got = client.get(path)
    assert (got.status_code, got.json()["code"]) == (500, "bad-answer")
    assert said in got.json()["detail"]
    assert "set-cookie" not in got.headers
    [record] = caplog.records
    assert said in record.getMessage()
    assert "test_failures.py:" in record.getMessage()


def test_calls_and_websockets_say_it_too(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(THIS, "ODD", {"members": {"who": Unsendable()}})
    with Client(App) as client, caplog.at_level(logging.ERROR):
        with pytest.raises(RpcError) as called:
            client.rpc("called")
        with pytest.raises(Refused) as talked:
            client.websocket("/talk")
    assert (called.value.status, talked.value.status) == (500, 500)
    assert [record.getMessage().count("whose member 'who'") for record in caplog.records] == [1, 1]


def test_an_iterator_among_the_members_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(THIS, "ODD", {"members": {"who": (n for n in range(2)), "why": {1}}})
    with Client(App) as client:
        got = client.get("/refused")
    assert (got.status_code, got.json()["who"], got.json()["why"]) == (409, [0, 1], [1])


def test_an_error_that_is_raised_again_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = vaas.HTTPError(410, "gone", members={"since": [1]})
    monkeypatch.setattr(THIS, "error", lambda **odd: kept)
    with Client(App) as client:
        assert [client.get("/refused").json()["since"] for _ in range(2)] == [[1], [1]]
    assert kept.members == {"since": [1]}


def test_a_problem_moves_no_terminal_and_means_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    detail = "é \x1b[2J\x9b1A\x7f\u2028\u202e\u200b \U000e0041"
    monkeypatch.setattr(THIS, "ODD", {"detail": detail, "members": {"why": [detail]}})
    with Client(App) as client:
        got = client.get("/refused")
    assert (got.json()["detail"], got.json()["why"]) == (detail, [detail])
    assert got.text.rstrip("\n").isprintable()
    assert "é" in got.text
