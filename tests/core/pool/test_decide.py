"""The pool's decisions, as state in and actions out."""

from hypothesis import given
from hypothesis import strategies as st

from vaas.core.pool.decide import (
    CRASH_SPAN,
    CRASHES,
    INTERRUPT_AFTER,
    MAX_BACKOFF,
    NEW,
    REPLACE_AFTER,
    SURPLUS_IDLE,
    Grow,
    HostView,
    backoff,
    escalate,
    grow,
    is_crash_loop,
    surplus,
)

hosts = st.lists(
    st.builds(
        HostView, workers=st.integers(1, 4), starting=st.integers(0, 1), in_flight=st.integers(0, 3),
        idle_since=st.floats(0, 1000), stalled=st.booleans(),
    ),
    max_size=4,
)  # fmt: skip


def test_the_first_call_starts_a_host():
    assert grow([], workers_limit=4, hosts_limit=1) == Grow(NEW)


def test_nothing_more_starts_while_something_is_starting():
    assert grow([HostView(1, 1, 0, 0.0)], workers_limit=4, hosts_limit=2) is None


def test_workers_of_a_host_are_used_up_before_a_further_host_starts():
    assert grow([HostView(3, 0, 24, 0.0)], workers_limit=4, hosts_limit=2) == Grow(0)
    assert grow([HostView(4, 0, 32, 0.0)], workers_limit=4, hosts_limit=2) == Grow(NEW)


def test_limits_are_never_exceeded():
    assert grow([HostView(4, 0, 32, 0.0)], workers_limit=4, hosts_limit=1) is None


@given(hosts, st.integers(1, 4), st.integers(1, 4))
def test_growing_until_it_stops_stays_within_the_limits(views, workers_limit, hosts_limit):
    views = [view._replace(workers=min(view.workers, workers_limit), starting=0) for view in views[:hosts_limit]]
    for _ in range(workers_limit * hosts_limit + 1):
        step = grow(views, workers_limit, hosts_limit)
        if step is None:
            break
        if step.host == NEW:
            views.append(HostView(1, 0, 0, 0.0))
        else:
            views[step.host] = views[step.host]._replace(workers=views[step.host].workers + 1)
    well = [view for view in views if not view.stalled]
    assert len(views) <= 2 * hosts_limit
    assert hosts_limit - (len(views) - len(well)) <= len(well) <= hosts_limit
    assert all(view.workers == workers_limit for view in well)


def test_another_host_stands_in_for_one_whose_interpreter_hangs():
    stalled = HostView(4, 0, 32, 0.0, stalled=True)
    assert grow([stalled], workers_limit=4, hosts_limit=1) == Grow(NEW)
    assert grow([stalled, HostView(4, 0, 32, 0.0)], workers_limit=4, hosts_limit=1) is None


@given(hosts, st.floats(0, 2000), st.floats(0, 500))
def test_a_host_with_something_in_flight_is_never_let_go(views, now, idle):
    assert all(not views[index].in_flight and not views[index].starting for index in surplus(views, now, idle))


@given(hosts, st.floats(0, 2000), st.floats(0, 500))
def test_the_last_host_stays_until_it_was_idle_for_as_long_as_the_manifest_says(views, now, idle):
    let_go = surplus(views, now, idle)
    if views and len(let_go) == len(views):
        assert now - max(views[index].idle_since for index in let_go[-1:]) >= idle


def test_a_further_host_goes_sooner_than_the_last():
    views = [HostView(1, 0, 0, 0.0), HostView(1, 0, 0, 0.0)]
    assert surplus(views, now=SURPLUS_IDLE, idle=120.0) == [1]
    assert surplus(views, now=120.0, idle=120.0) == [1, 0]


def test_one_failed_start_is_tried_again_at_once_and_many_wait_longer_and_longer():
    waits = [backoff(failures) for failures in range(1, 12)]
    assert waits[:5] == [0, 1, 2, 4, 8]
    assert waits == sorted(waits)
    assert waits[-1] == MAX_BACKOFF


def test_many_crashes_in_a_short_time_are_a_loop_and_few_are_not():
    fast = [i * CRASH_SPAN / CRASHES for i in range(CRASHES)]
    slow = [i * CRASH_SPAN for i in range(CRASHES)]
    assert is_crash_loop(fast)
    assert not is_crash_loop(slow)
    assert not is_crash_loop(fast[1:])


def test_a_worker_that_does_not_acknowledge_is_interrupted_and_then_replaced():
    assert escalate(0.0) == "wait"
    assert escalate(INTERRUPT_AFTER) == "interrupt"
    assert escalate(REPLACE_AFTER) == "replace"


def test_a_worker_that_cannot_acknowledge_is_interrupted_at_once():
    assert escalate(0.0, blocked=True) == "interrupt"
    assert escalate(REPLACE_AFTER, blocked=True) == "replace"
