"""The supervisor on a simulated clock: what becomes of hosts, whatever they do."""

from __future__ import annotations

import gc
import weakref
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.pool.hosts.simulated import BROKEN, GONE_ERROR, Host, SimulatedPool, Worker, ready
from vaas.core.limits.usage import Usage
from vaas.core.pool.calls.link_to_worker import Late
from vaas.core.pool.errors import HostOverLimit, HostReplaced
from vaas.core.pool.heartbeat import Heartbeat
from vaas.core.pool.hosts import actions as act
from vaas.core.pool.hosts.states import Event, State

MB = 1024 * 1024


def served(workers: int = 1, in_flight: int = 1, **limits: object) -> tuple[SimulatedPool, Host]:
    """A pool with one host, with calls in flight at each of its workers."""
    pool = SimulatedPool(workers=workers, **limits)
    host = ready(workers, in_flight, idle_since=pool.now)
    pool.hosts.append(host)
    pool.tick()
    return pool, host


# --- starts


def test_the_first_call_starts_a_host_and_no_other_while_it_starts():
    pool = SimulatedPool(workers=1, hosts=4)
    pool.run(0.1, pool.grow)
    assert [host.state for host in pool.hosts] == [State.STARTING]


def test_a_pool_that_has_no_room_grows_to_its_limits_and_no_further():
    pool = SimulatedPool(workers=3, hosts=2)
    pool.run(5.0, pool.grow)
    assert [host.workers for host in pool.hosts] == [3, 3]


def test_a_start_that_hangs_is_given_up_after_its_limit_and_its_callers_hear_why():
    pool = SimulatedPool(lambda host: "hangs", start=5.0)
    pool.grow()
    pool.run(4.9)
    assert not pool.failed
    pool.run(0.3)
    assert "not ready within limits.start = 5s" in str(pool.failed[0])
    assert pool.hosts == []


@pytest.mark.parametrize("how", ["broken", "exit"])
def test_starts_that_fail_again_and_again_are_tried_less_and_less_often(how: str):
    pool = SimulatedPool(lambda host: how)
    pool.run(60.0, pool.grow)
    waits = [round(after - before) for before, after in pairwise(pool.failed_at)]
    assert waits == [0, 1, 2, 4, 8, 16]
    pool.run(600.0, pool.grow)
    assert pool.failed_at[-1] - pool.failed_at[-2] == pytest.approx(30.0, abs=1.0)


def test_an_app_that_starts_at_last_is_given_another_try_at_once_when_it_fails_again():
    how = iter(["broken", "broken", "broken", "ready", "broken"])
    pool = SimulatedPool(lambda host: next(how), workers=1)
    pool.run(10.0, pool.grow)
    assert pool.hosts[0].state is State.READY
    pool.exit(pool.hosts[0])
    assert pool.supervisor.backoff.pause(pool.now) <= 0
    pool.grow()
    pool.run(0.5)
    assert len(pool.failed) == 4
    assert pool.supervisor.backoff.pause(pool.now) <= 0


def test_crashes_in_quick_succession_hold_the_next_start_back_and_fail_who_waits():
    pool = SimulatedPool()
    for _ in range(10):
        pool.grow()
        pool.run(0.5)
        pool.exit(pool.hosts[0])
    assert pool.supervisor.backoff.pause(pool.now) == pytest.approx(3.0)
    assert pool.failed == [GONE_ERROR]


def test_a_crash_now_and_then_holds_nothing_back():
    pool = SimulatedPool()
    for _ in range(30):
        pool.grow()
        pool.run(2.0)
        pool.exit(pool.hosts[0])
    assert not pool.failed
    assert len(pool.said) == 30


def test_what_ends_as_it_was_asked_to_is_not_reported():
    pool, host = served(in_flight=0, idle=1.0)
    pool.run(5.0)
    assert pool.hosts == []
    assert not pool.said
    assert not pool.failed
    assert host.state is State.ENDED


def test_nothing_starts_while_a_host_ends_unasked_and_what_follows_is_not_known():
    pool, host = served()
    host.immortal = True
    host.on(Event.HANG_UP)
    pool.run(1.5, pool.grow)
    assert pool.hosts == [host]
    pool.run(1.0)
    assert pool.did(act.OfferWork), "calls that wait are not to wait for it"
    pool.grow()
    assert len(pool.hosts) == 2


def test_a_host_that_took_its_time_to_end_is_not_kept_in_memory():
    pool, host = served()
    host.immortal = True
    host.on(Event.HANG_UP)
    pool.run(1.0)
    pool.exit(host)
    pool.run(2.0)
    pool.done.clear()
    left = weakref.ref(host)
    del host
    gc.collect()
    assert left() is None


# --- stuck workers


def test_a_worker_that_an_interrupt_frees_costs_its_host_nothing():
    pool, host = served()
    host.worker.cancel(pool.now)
    pool.run(2.0)
    assert host.worker.interrupts == 1
    assert not pool.did(act.Retire)


def test_a_worker_that_acknowledges_in_time_is_not_interrupted():
    pool, host = served()
    host.worker.cancel(pool.now)
    pool.tick()
    host.worker.late.clear()
    pool.run(2.0)
    assert host.worker.interrupts == 0


def test_a_plain_def_past_its_deadline_is_interrupted_at_once():
    pool, host = served()
    host.worker.cancel(pool.now, blocked=True)
    pool.tick()
    assert host.worker.interrupts == 1


def test_a_worker_that_nothing_frees_is_replaced_within_half_a_second_and_the_app_is_told():
    pool, host = served()
    host.worker.heeds = False
    host.worker.cancel(pool.now)
    pool.run(0.5)
    assert host.worker.interrupts > 1
    assert host.worker.cut
    assert [type(error) for error in pool.said] == [HostReplaced]
    assert {other.state for other in pool.hosts if other is not host} <= {State.STARTING, State.READY}
    assert len(pool.did(act.StartHost)) == 1


def test_a_host_that_was_replaced_ends_when_its_other_calls_have():
    pool, host = served(workers=2, in_flight=3)
    host.worker.heeds = False
    host.worker.cancel(pool.now)
    host.worker.in_flight = 0
    pool.run(3.0)
    assert host.state is State.RETIRING
    host.links[1].in_flight = 0
    pool.tick()
    assert host.state is State.ENDED


def test_a_host_that_was_replaced_is_killed_when_its_other_calls_could_not_end_in_time():
    pool, host = served(workers=2, in_flight=3, timeout=30.0, drain=60.0)
    host.worker.heeds = False
    host.worker.cancel(pool.now)
    pool.run(59.0)
    assert host.state is State.RETIRING
    pool.run(2.0)
    assert host.state is State.ENDED


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_hosts_that_were_replaced_do_not_pile_up_and_the_oldest_go_first(most: int):
    pool = SimulatedPool(workers=1, hosts=most, drain=600.0)
    replaced = []
    for _ in range(6):
        host = ready(1, 2, idle_since=pool.now)
        host.worker.heeds = False
        pool.hosts = [other for other in pool.hosts if other.state is not State.READY] + [host]
        host.worker.cancel(pool.now)
        pool.run(1.0)
        replaced.append(host)
    assert [host for host in replaced if host.state is State.RETIRING] == replaced[-most:]


def test_a_worker_that_reacts_to_nothing_for_as_long_as_a_call_may_take_is_interrupted_and_replaced():
    pool, host = served(timeout=5.0)
    host.worker.hangs, host.worker.heeds = True, False
    pool.run(4.0)
    assert host.worker.interrupts == 0
    pool.run(2.0)
    assert host.worker.interrupts > 0
    assert host.state is State.RETIRING


# --- an interpreter that hangs


def test_another_host_stands_in_for_one_whose_interpreter_hangs_and_it_comes_back():
    pool, host = served(hosts=1)
    host.hangs = True
    pool.run(0.8, pool.grow)
    assert host.state is State.READY
    pool.run(1.0, pool.grow)
    assert [other.state for other in pool.hosts] == [State.STALLED, State.READY]
    host.on(Event.ANSWER)
    assert host.state is State.READY


def test_hosts_that_hang_do_not_multiply():
    pool = SimulatedPool(workers=1, hosts=2, timeout=600.0)

    def each() -> None:
        pool.grow()
        for host in pool.hosts:
            host.hangs = True
            for link in host.links:
                link.in_flight = 1

    pool.run(30.0, each)
    assert len(pool.hosts) == 4


# --- idle hosts


def test_the_last_host_stays_for_as_long_as_the_manifest_says():
    pool, host = served(in_flight=0, idle=60.0)
    pool.run(59.5)
    assert host.state is State.READY
    pool.run(1.0)
    assert host.state is State.DRAINING


def test_a_further_host_goes_ten_seconds_after_its_last_call():
    pool, host = served(in_flight=0, idle=60.0)
    pool.hosts.append(other := ready(idle_since=pool.now))
    pool.run(9.5)
    assert other.state is State.READY
    pool.run(1.0)
    assert (host.state, other.state) == (State.READY, State.DRAINING)


def test_a_host_with_a_call_in_flight_is_never_idle():
    pool, host = served(idle=1.0)
    pool.run(100.0)
    assert host.state is State.READY


def test_tasks_that_calls_have_left_behind_keep_their_host_awake():
    pool, host = served(in_flight=0, idle=1.0)
    host.tasks = 1
    pool.run(30.0)
    assert host.state is State.READY
    host.tasks = 0
    pool.run(1.5)
    assert host.state is State.DRAINING


# --- hosts that others have replaced


def test_a_host_that_is_wound_down_goes_at_once_if_it_has_nothing_in_flight():
    pool, host = served(in_flight=0, idle=60.0)
    pool.supervisor.wind_down(pool.now)
    pool.run(0.5)
    assert host.state is State.DRAINING


def test_a_host_that_is_wound_down_goes_as_soon_as_what_it_had_in_flight_has_ended():
    pool, host = served(idle=60.0)
    pool.supervisor.wind_down(pool.now)
    pool.run(30.0)
    assert host.state is State.READY
    host.worker.in_flight = 0
    pool.run(0.5)
    assert host.state is State.DRAINING


def test_tasks_left_behind_keep_a_host_that_is_wound_down_for_the_drain_alone():
    pool, host = served(in_flight=0, idle=60.0, drain=10.0)
    host.tasks = 1
    pool.supervisor.wind_down(pool.now)
    pool.run(9.0)
    assert host.state is State.READY
    pool.run(2.0)
    assert host.state is State.DRAINING


def test_a_host_that_starts_after_all_were_wound_down_stays_as_long_as_others():
    pool, host = served(in_flight=0, idle=60.0)
    pool.supervisor.wind_down(pool.now)
    pool.run(5.0)
    pool.hosts.append(later := ready(idle_since=pool.now))
    pool.run(30.0)
    assert (host.state in (State.DRAINING, State.ENDED), later.state) == (True, State.READY)


def test_winding_down_can_be_taken_back():
    pool, host = served(idle=60.0)
    pool.supervisor.wind_down(pool.now)
    pool.supervisor.linger()
    host.worker.in_flight = 0
    pool.run(30.0)
    assert host.state is State.READY


def test_a_host_is_asked_what_it_does_before_it_goes():
    pool, _ = served(in_flight=0, idle=1.0)
    pool.run(1.1)
    kinds = [type(action) for action in pool.done if type(action) in (act.AskWorkers, act.Drain)]
    assert kinds == [act.AskWorkers, act.Drain]


def test_a_worker_that_does_not_say_what_it_does_is_waited_for_only_a_second():
    pool, host = served(in_flight=0, idle=1.0)
    host.worker.hangs = True
    pool.run(1.5)
    assert host.state is State.READY
    pool.run(1.0)
    assert host.state is State.DRAINING


def test_a_shut_down_that_hangs_is_ended_after_two_seconds():
    pool, host = served(in_flight=0, idle=1.0)
    host.immortal = True
    pool.run(2.9)
    assert host.state is State.DRAINING
    pool.run(0.3)
    assert host.state is State.ENDING


def test_an_idle_host_goes_before_anything_is_done_that_may_start_a_worker_in_it():
    pool, stuck = served(hosts=2, idle=1.0)
    idle = ready(idle_since=0.0)
    idle.worker.heartbeat.answered = 1.0
    pool.hosts.append(idle)
    stuck.hangs, stuck.heartbeat = True, Heartbeat()
    stuck.heartbeat.ask(pool.now - 5.0)
    pool.run(0.1)
    kinds = [type(action) for action in pool.done if type(action) in (act.Drain, act.Stall)]
    assert kinds == [act.Drain, act.Stall]


# --- what they use


def test_a_host_beyond_its_memory_is_killed_and_its_callers_hear_of_the_limit():
    pool, host = served(memory=100 * MB)
    host.usage = Usage(resident=101 * MB)
    pool.run(0.3)
    [kill] = pool.did(act.Kill)
    assert isinstance(kill.why, HostOverLimit)
    assert "memory" in str(kill.why)
    assert host.state is State.CRASHED


def test_hosts_that_use_nearly_all_they_may_are_replaced_but_not_one_after_the_other():
    pool, _ = served(memory=100 * MB)

    def each() -> None:
        pool.grow()
        for host in pool.hosts:
            host.usage = Usage(data=80 * MB)

    pool.run(9.0, each)
    assert len(pool.did(act.Retire)) == 1
    pool.run(10.0, each)
    assert len(pool.did(act.Retire)) == 2


def test_a_host_that_leaves_and_takes_too_much_is_killed_too():
    pool, host = served(memory=100 * MB)
    host.on(Event.RETIRE)
    host.usage = Usage(resident=101 * MB)
    pool.run(0.3)
    assert host.state is State.ENDED


# --- whatever they do


def heartbeat_since(worker: Worker, silent: float) -> Worker:
    if silent:
        worker.heartbeat.ask(1000.0 - silent)
    return worker


late = st.dictionaries(
    st.integers(1, 9), st.builds(Late, st.floats(999, 1000), st.booleans(), st.booleans()), max_size=2
)
workers = st.builds(
    heartbeat_since,
    st.builds(Worker, in_flight=st.integers(0, 2), late=late, heeds=st.booleans()),
    st.sampled_from([0, 0.1, 1.5, 40]),
)
lives = st.sampled_from([state for state in State if state not in ("failed", "crashed", "ended", "collected")])
usages = st.builds(Usage, resident=st.sampled_from([0, 10**12]), data=st.sampled_from([0, 200 * MB, 10**12]))
any_hosts = st.lists(
    st.builds(
        Host, state=lives, links=st.lists(workers, max_size=3), starting=st.sets(st.integers(3, 3)),
        asked=st.floats(900, 1000), tasks=st.integers(0, 1), idle_since=st.floats(0, 1000),
        until=st.sampled_from([990.0, 2000.0]), usage=usages, immortal=st.booleans(), hangs=st.booleans(),
    ),
    max_size=5,
)  # fmt: skip


@given(any_hosts, st.integers(1, 3))
def test_whatever_hosts_do_no_action_is_one_that_their_state_does_not_know(hosts: list[Host], most: int):
    pool = SimulatedPool(hosts=most)
    for host in hosts:
        for index, worker in enumerate(host.links):
            worker.index = index
        if host.state in (State.READY, State.STALLED) and not host.links:
            host.links = [Worker()]
    pool.hosts = hosts
    pool.run(3.0, pool.grow)  # an action that makes no sense raises ImpossibleEvent
    for host in hosts:
        let_go = [action for action in pool.done if type(action) in (act.Retire, act.Drain) and action.host is host]
        assert len(let_go) <= 1


@given(any_hosts)
def test_what_is_due_is_decided_by_what_is_seen_alone(hosts: list[Host]):
    first, second = SimulatedPool().supervisor, SimulatedPool().supervisor
    for host in hosts:
        for index, worker in enumerate(host.links):
            worker.index = index
    assert repr(first.tick(hosts, 1000.0, None)) == repr(second.tick(hosts, 1000.0, None))


def test_a_worker_that_breaks_beside_one_that_serves_costs_the_host_nothing():
    pool, host = served(workers=2)
    host.starting.add(2)
    host.starting.clear()
    pool.perform(pool.supervisor.on_broken(host, BROKEN, pool.now))
    assert host.state is State.READY
    assert pool.failed == [BROKEN]
