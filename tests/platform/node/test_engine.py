"""Methods called by the API on this node, and what its pools count."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec import Raw, structs

from vaas.core.pool.calls.tally import Counts
from vaas.core.pool.errors import DeadlineExceeded
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import RpcReply, decode_rpc_head, encode
from vaas.platform.gateway.routing import AppRoute, Routing
from vaas.platform.node.engine import NodeEngine, NoReleaseAnswers, ReleaseNotHere
from vaas.platform.records.records import Traffic


class Pool:
    def __init__(self, answer: Reply | Exception, **figures: float) -> None:
        self.answer, self.figures = answer, figures
        self.bad: list[int] = []
        self.spec = spec("v2")
        self.asked: list[tuple[str, str, bytes, float]] = []

    async def call(self, kind: str, head: Raw, body: bytes, timeout: float, trace: str = "") -> Reply:
        self.asked.append((kind, decode_rpc_head(head).method, body, timeout))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def answered_badly(self, code: int) -> None:
        self.bad.append(code)

    def stats(self) -> dict[str, float]:
        return self.figures


FINE = Reply(1, Raw(encode(RpcReply(200))), b"3")


def engine(pools: dict[int, Any], traffic: Traffic | None = None) -> NodeEngine:
    routing = Routing()
    routing.put(AppRoute("shop", pools, traffic or Traffic(app="shop", latest=2)))
    return NodeEngine(routing, lambda app: Counts(9, 2, {500: 1, 504: 1}), begun)


async def begun(spec: Any, timeout: float) -> Any:
    return spec, timeout


def spec(release: str) -> HostSpec:
    return HostSpec(app="shop", release=release, folder="/a", data="/d", tmp="")


def call(engine: NodeEngine, app: str = "shop") -> tuple[int, bytes]:
    return asyncio.run(engine.call(app, "add", b'{"a": 1}', 5.0))


def test_a_method_is_called_on_the_release_that_traffic_chooses() -> None:
    old, new = Pool(FINE), Pool(FINE)
    assert call(engine({1: old, 2: new})) == (200, b"3")
    assert new.asked == [("rpc", "add", b'{"a": 1}', 5.0)]
    assert old.asked == []


def test_what_the_app_refuses_is_answered_as_it_says() -> None:
    assert call(engine({2: Pool(Reply(1, Raw(encode(RpcReply(403))), b"no"))})) == (403, b"no")


def test_a_method_that_has_failed_is_counted_with_its_status_and_no_other() -> None:
    pool = Pool(Reply(1, Raw(encode(RpcReply(500))), b"no"))
    call(engine({2: pool}))
    assert pool.bad == [500]
    pool.answer = Reply(1, Raw(encode(RpcReply(404))), b"no")
    call(engine({2: pool}))
    assert pool.bad == [500]


def test_what_the_pool_refuses_is_answered_as_the_gateway_would() -> None:
    status, body = call(engine({2: Pool(DeadlineExceeded(timeout=5.0))}))
    assert status == 504
    assert b'"status":504' in body.replace(b" ", b"")


@pytest.mark.parametrize(("app", "pools"), [("shop", {}), ("shop", {1: Pool(FINE)}), ("till", {2: Pool(FINE)})])
def test_an_app_without_a_release_here_says_what_to_do(app: str, pools: dict[int, Any]) -> None:
    with pytest.raises(NoReleaseAnswers, match=f"vaas releases {app}"):
        call(engine(pools), app)


def test_the_figures_of_all_releases_are_added_up() -> None:
    pools = {1: Pool(FINE, hosts=1), 2: Pool(FINE, hosts=1, late=3)}
    assert engine(pools).stats("shop") == {"hosts": 2, "late": 3, "calls": 9, "errors": 2}
    assert engine(pools).errors_by_status("shop") == {500: 1, 504: 1}
    assert engine(pools).stats("till") == {}


def test_a_command_is_begun_as_a_host_of_the_release_that_answers_or_that_is_named() -> None:
    old, new = Pool(FINE), Pool(FINE)
    old.spec = spec("v1")
    node = engine({1: old, 2: new})
    for asked, number in ((None, 2), (1, 1)):
        started = asyncio.run(node.run("shop", asked, ("python", "x"), 5.0))
        assert started == (number, (structs.replace(spec(f"v{number}"), program=("python", "x")), 5.0))


def test_a_command_of_a_release_that_is_not_here_is_refused() -> None:
    for app, release, error in (
        ("shop", 7, ReleaseNotHere),
        ("till", 1, ReleaseNotHere),
        ("till", None, NoReleaseAnswers),
    ):
        with pytest.raises(error):
            asyncio.run(engine({2: Pool(FINE)}).run(app, release, ("python",), 5.0))


@pytest.mark.parametrize(
    "head", [b"\x81\xa6status\xa1\xff", b"\x81\xa6status\x00", b"\xc0", b"\xff", b"\x81\xa1\xff\x01"]
)
def test_an_answer_that_is_none_is_the_apps_fault_and_no_error_of_the_node(head: bytes) -> None:
    status, body = call(engine({2: Pool(Reply(1, Raw(head), b"3"))}))
    assert (status, b"invalid-answer" in body) == (502, True)
