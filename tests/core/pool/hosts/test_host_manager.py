"""Each action of the supervisor is performed on the host that it names, or told to the pool."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from msgspec import Raw

from tests.core.pool.hosts.simulated import BROKEN, GONE_ERROR, Worker, ready
from vaas.core.policy import USUAL_WORKERS, Limits, Policy
from vaas.core.pool.hosts import actions as act
from vaas.core.pool.hosts import host_manager
from vaas.core.pool.hosts.host_manager import HostManager
from vaas.core.pool.zygote.client import ZygoteClient
from vaas.core.spec import HostSpec


class Recorder:
    """Keeps what is called, by name, with its arguments."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.pid = 77

    def __getattr__(self, name: str) -> Any:
        def called(*arguments: Any) -> None:
            if name != "on_stirred":  # told after every action
                self.calls.append((name, *arguments))

        return called


def performed(action: Any) -> tuple[Recorder, Recorder]:
    """What the host and the pool were told."""
    host, pool = Recorder(), Recorder()

    async def scene() -> None:
        spec = HostSpec("app", "v1", "/nowhere", "/nowhere", "")
        manager = HostManager(spec, cast(ZygoteClient, None), "/nowhere", cast(Any, pool))
        manager._perform([action._replace(host=host) if "host" in action._fields else action])

    asyncio.run(scene())
    return host, pool


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (act.StartWorker(None), ("start_worker",)),
        (act.Stall(None), ("stall",)),
        (act.Retire(None, 5.0), ("retire", 5.0)),
        (act.Kill(None, GONE_ERROR), ("kill", GONE_ERROR)),
        (act.Kill(None), ("kill", None)),
        (act.Interrupt(None, 2, 7), ("interrupt", 2, 7)),
    ],
)
def test_an_action_on_a_host_is_one_call_of_it(action: Any, told: tuple[Any, ...]):
    host, _ = performed(action)
    assert host.calls == [told]


def test_a_host_that_drains_is_ended_two_seconds_after_what_it_may_take():
    host, _ = performed(act.Drain(None, 30.0))
    [(name, grace, until)] = host.calls
    assert (name, grace) == ("drain", 30.0)
    [(_, _, sooner)] = performed(act.Drain(None, 0.0))[0].calls
    assert until - sooner == pytest.approx(30.0, abs=5.0)


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (act.OfferWork(), ("on_idle_capacity",)),
        (act.Stall(None), ("on_idle_capacity",)),
        (act.FailWaiting(BROKEN), ("on_start_failed", BROKEN)),
    ],
)
def test_what_concerns_the_calls_that_wait_is_told_to_the_pool(action: Any, told: tuple[Any, ...]):
    _, pool = performed(action)
    assert pool.calls == [told]


def test_what_an_app_is_to_know_is_in_its_log():
    _, pool = performed(act.Say(GONE_ERROR))
    [(name, line)] = pool.calls
    assert (name, line.text, line.level) == ("on_line", str(GONE_ERROR), "error")


def test_a_host_that_may_not_write_is_limited_by_the_kernel(monkeypatch: pytest.MonkeyPatch):
    limited: list[tuple[int, int]] = []
    monkeypatch.setattr(host_manager, "let_write", lambda pid, size: limited.append((pid, size)))
    performed(act.LimitWrites(None, 0))
    assert limited == [(77, 0)]


def test_a_host_whose_idle_time_begins_anew_is_idle_since_now():
    host, _ = performed(act.ResetIdle(None))
    assert host.idle_since > 0


@pytest.mark.parametrize(
    ("limits", "usual", "most"),
    [
        (Limits(), 1, 1),
        (Limits(hosts=3), 1, 3),
        (Limits(), 0, USUAL_WORKERS),
        (Limits(), 10**9, USUAL_WORKERS),
        (Limits(workers=2), 1, 2),
        (Limits(workers=8, hosts=2), 1, 16),
    ],
)
def test_an_app_has_the_workers_that_its_limits_say_or_else_as_many_as_its_kind(limits: Limits, usual: int, most: int):
    async def scene() -> int:
        spec = HostSpec("app", "v1", "/nowhere", "/nowhere", "", policy=Policy(limits=limits))
        manager = HostManager(spec, cast(ZygoteClient, None), "/nowhere", cast(Any, Recorder()))
        host = ready(workers=0, in_flight=0)
        manager.hosts.add(cast(Any, host))
        while manager.hosts.is_complete is False:
            host.links.append(Worker())
            manager.on_ready(cast(Any, host), Raw(b"\xc0"), usual)
        return host.workers

    assert asyncio.run(scene()) == most
