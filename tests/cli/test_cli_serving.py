"""Running a node until it is told to stop, with a node that the test decides about."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from typing import Self

import pytest
from vaas_cli import serving

from vaas.platform.node.options import Options
from vaas.platform.node.servers import AddressInUse


class Node:
    def __init__(self, options: Options) -> None:
        self.closed = False
        NODES.append(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        self.closed = True


class StubbornNode(Node):
    """Takes for ever to stop, until a second signal."""

    async def __aexit__(self, *error: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()


class UnluckyNode(Node):
    async def __aenter__(self) -> Self:
        raise AddressInUse(address="127.0.0.1:1", option="--console")


NODES: list[Node] = []


@pytest.fixture
def serve(monkeypatch):
    NODES.clear()

    def run(kind: type[Node], body) -> None:
        monkeypatch.setattr(serving, "Platform", kind)
        serving.serve(Options(), body, lambda option, host, port: f"{option} {host}:{port}")

    interval = sys.getswitchinterval()
    yield run
    gc.unfreeze()
    sys.setswitchinterval(interval)


async def for_ever(node: Node) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_node_in_order(serve, how):
    async def body(node: Node) -> None:
        os.kill(os.getpid(), how)
        await for_ever(node)

    serve(Node, body)
    assert NODES[0].closed


def test_a_second_signal_cuts_the_stopping_short(serve):
    async def body(node: Node) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await for_ever(node)

    with pytest.raises(KeyboardInterrupt):
        serve(StubbornNode, body)


def test_what_the_body_raises_comes_out_after_the_node_has_stopped(serve):
    async def body(node: Node) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        serve(Node, body)
    assert NODES[0].closed


def test_the_end_of_the_body_ends_the_node(serve):
    async def body(node: Node) -> None:
        return

    serve(Node, body)
    assert NODES[0].closed


def test_what_a_started_node_has_in_memory_is_not_looked_through_for_cycles_again(serve):
    frozen = []

    async def body(node: Node) -> None:
        frozen.append(gc.get_freeze_count())
        assert sys.getswitchinterval() == pytest.approx(serving.SWITCH)

    serve(Node, body)
    assert frozen[0] > 1000


def test_an_address_in_use_is_told_with_the_next_that_is_free(serve):
    with pytest.raises(serving.PortTaken, match=r"127\.0\.0\.1:1 is in use.*`--console 127\.0\.0\.1:\d+` is free"):
        serve(UnluckyNode, for_ever)


def test_no_free_address_is_suggested_where_there_is_none(serve, monkeypatch):
    monkeypatch.setattr(serving, "_is_free", lambda host, port: False)
    with pytest.raises(serving.PortTaken, match=r"choose another address\.$"):
        serve(UnluckyNode, for_ever)
