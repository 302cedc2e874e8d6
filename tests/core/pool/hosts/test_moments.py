"""The supervisor at the very moment that something falls due, and just before: no tick more, none less."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.pool.hosts.simulated import Host, SimulatedPool, Worker, ready
from vaas.core.limits.usage import Usage
from vaas.core.pool.calls.link_to_worker import Late
from vaas.core.pool.hosts import actions as act
from vaas.core.pool.hosts.states import State

NOW = 1000.0
MB = 1024 * 1024


def due(*hosts: Host, at: float = NOW, **limits: Any) -> list[act.Action]:
    """What a new supervisor does with them."""
    return SimulatedPool(**limits).supervisor.tick(hosts, at, None)


def asked(silent: float, host: Host) -> Host:
    """Its interpreter was pinged so many seconds ago."""
    host.heartbeat.ask(NOW - silent)
    return host


def test_a_start_may_take_all_of_its_seconds():
    host = Host(starting={0}, asked=NOW - 5.0)
    assert due(host, start=5.0) == []
    assert act.Retire(host, NOW + 0.25 + 30.0) in due(host, at=NOW + 0.25, start=5.0, drain=30.0)


def test_a_worker_that_started_long_ago_is_not_given_up():
    assert due(ready(1, 1, asked=NOW - 500.0), start=5.0) == []


def test_an_interpreter_may_be_silent_for_all_of_a_second():
    host = asked(1.0, ready(1, 1))
    assert due(host) == []
    assert due(host, at=NOW + 0.25) == [act.Stall(host)]


def test_an_interpreter_that_no_call_waits_for_may_be_silent():
    assert due(asked(5.0, ready(1, 0, idle_since=NOW))) == []


def test_a_host_that_ends_unasked_is_waited_for_two_seconds_from_when_it_was_seen():
    host, supervisor = Host(state=State.CRASHING), SimulatedPool().supervisor
    assert [supervisor.tick([host], NOW + later, None) for later in (0.0, 1.99)] == [[], []]
    assert supervisor.tick([host], NOW + 2.0, None) == [act.Retire(host, NOW + 2.0), act.OfferWork()]


@pytest.mark.parametrize("state", [State.RETIRING, State.DRAINING, State.ENDING])
def test_a_host_that_leaves_is_killed_at_the_last_moment_it_was_given(state: State):
    host = Host(state=state, links=[Worker(in_flight=1)], until=NOW)
    assert due(host, at=NOW - 0.01) == []
    assert due(host) == [act.Kill(host)]


def test_only_a_host_that_retires_is_killed_because_its_calls_have_ended():
    retiring, draining = (Host(state=state, links=[Worker()]) for state in (State.RETIRING, State.DRAINING))
    assert due(retiring, draining) == [act.Kill(retiring)]


def test_a_worker_that_told_at_the_very_moment_its_host_became_idle_need_not_be_asked_again():
    host = ready(idle_since=NOW - 60.0)
    host.worker.heartbeat.answered = NOW - 60.0
    assert due(host, idle=60.0) == [act.Drain(host, 0.0)]


def test_a_worker_that_was_asked_what_it_does_has_a_second_to_tell():
    host = ready(idle_since=NOW - 60.0)
    host.worker.heartbeat.ask(NOW - 1.0)
    assert due(host, at=NOW - 0.01, idle=50.0) == [act.AskWorkers(host)]
    assert due(host, idle=50.0) == [act.Drain(host, 0.0)]


def test_hosts_that_use_nearly_all_they_may_are_replaced_ten_seconds_apart_and_no_sooner():
    supervisor = SimulatedPool(memory=100 * MB).supervisor

    def replaced(at: float) -> bool:
        host = ready(1, 1, idle_since=at)
        return any(type(action) is act.Retire for action in supervisor.tick([host], at, {host: Usage(data=80 * MB)}))

    assert [replaced(NOW + later) for later in (0.0, 5.0, 10.0, 10.25)] == [True, False, False, True]


def test_of_hosts_that_use_too_much_each_is_judged():
    within, beyond = ready(1, 1), ready(1, 1)
    uses: Any = {within: Usage(), beyond: Usage(resident=101 * MB)}
    actions = SimulatedPool(memory=100 * MB).supervisor.tick([within, beyond], NOW, uses)
    assert [action.host for action in actions if type(action) is act.Kill] == [beyond]


def stuck() -> Host:
    """One of its two calls has been late for too long."""
    host = ready(1, 1)
    host.worker.late[1] = Late(NOW - 1.0, False, False)
    return host


def test_of_hosts_that_are_replaced_at_once_each_makes_one_older_one_go():
    old = [Host(state=State.RETIRING, links=[Worker(in_flight=1)], until=NOW + later) for later in (7.0, 5.0, 6.0)]
    actions = due(*old, stuck(), stuck(), hosts=3)
    assert [action.host for action in actions if type(action) is act.Kill] == [old[1], old[2]]
    assert len([action for action in actions if type(action) is act.StartHost]) == 2


def test_a_host_that_is_stuck_and_uses_too_much_is_not_replaced_twice():
    host = stuck()
    actions = SimulatedPool(memory=100 * MB).supervisor.tick([host], NOW, {host: Usage(data=80 * MB)})
    assert len([action for action in actions if type(action) is act.Retire]) == 1


def test_a_host_whose_only_worker_breaks_goes_and_one_with_another_that_starts_stays():
    supervisor = SimulatedPool().supervisor
    error: Any = RuntimeError("a worker broke")
    alone, waiting = Host(), Host(starting={1})
    assert supervisor.on_broken(alone, error, NOW)[0] == act.Drain(alone, 0.0)
    assert [type(action) for action in supervisor.on_broken(waiting, error, NOW)] == [act.Say, act.FailWaiting]
