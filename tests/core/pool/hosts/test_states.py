"""The life of a host, pair by pair: every state with every event."""

import itertools

import pytest

from vaas.core.pool.errors import ImpossibleEvent
from vaas.core.pool.hosts.states import DYING, GONE, KILLED, SERVING, USED, Event, State, after

GRID = """
           worker_ready  stall    answer  retire    drain     kill      hang_up   exit     collect
starting   ready         !        .       retiring  draining  failing   failing   failed   !
ready      .             stalled  .       retiring  draining  crashing  crashing  crashed  !
stalled    .             !        ready   retiring  draining  crashing  crashing  crashed  !
retiring   .             !        .       !         !         ending    ending    ended    !
draining   .             !        .       !         !         ending    ending    ended    !
failing    .             !        .       ending    ending    .         .         failed   !
crashing   .             !        .       ending    ending    .         .         crashed  !
ending     .             !        .       !         !         .         .         ended    !
failed     .             !        !       !         !         .         !         .        collected
crashed    .             !        !       !         !         .         !         .        collected
ended      .             !        !       !         !         .         !         .        collected
collected  .             !        !       !         !         .         !         .        !
"""
"""``.``: it stays as it is; ``!``: that cannot happen."""

HEADS, *ROWS = [line.split() for line in GRID.strip().splitlines()]
CELLS = [
    (state, head.replace("_", " "), cell) for state, *cells in ROWS for head, cell in zip(HEADS, cells, strict=True)
]


@pytest.mark.parametrize(("state", "event", "cell"), CELLS)
def test_a_state_and_an_event_give_the_next_state_or_an_error(state: str, event: str, cell: str):
    if cell == "!":
        with pytest.raises(ImpossibleEvent, match=rf'host that is {state} does not know the event "{event}"'):
            after(State(state), Event(event))
    else:
        assert after(State(state), Event(event)) == (state if cell == "." else cell)


def test_every_pair_is_looked_at():
    assert {(state, event) for state, event, _ in CELLS} == set(itertools.product(State, Event))


def followers(state: State) -> set[State]:
    """All states that may come later."""
    found: set[State] = set()
    todo = {state}
    while todo:
        this = todo.pop()
        nexts = {State(cell) for name, _, cell in CELLS if name == this and cell not in ".!"}
        todo |= nexts - found
        found |= nexts
    return found


@pytest.mark.parametrize("state", [state for state in State if state is not State.COLLECTED])
def test_from_every_state_a_host_can_be_collected(state: State):
    assert State.COLLECTED in followers(state)


@pytest.mark.parametrize("state", [state for state in State if state not in USED])
def test_a_host_that_takes_no_more_calls_never_takes_any_again(state: State):
    assert not followers(state) & USED


@pytest.mark.parametrize("state", sorted(GONE))
def test_a_process_that_has_ended_does_not_live_again(state: State):
    assert followers(state) <= GONE


@pytest.mark.parametrize("state", [state for state in State if state not in GONE])
def test_a_kill_leads_to_an_end_and_to_nothing_else(state: State):
    killed = after(state, Event.KILL)
    assert killed in KILLED
    assert followers(killed) <= KILLED | GONE


@pytest.mark.parametrize("state", [state for state in State if state not in GONE])
def test_an_end_is_a_failure_before_a_worker_was_ready_and_a_crash_after_it_unless_it_was_asked_for(state: State):
    unready, served = {State.STARTING, State.FAILING}, {State.READY, State.STALLED, State.CRASHING}
    expected = State.FAILED if state in unready else State.CRASHED if state in served else State.ENDED
    assert after(state, Event.EXIT) is expected


def test_every_state_is_in_the_groups_that_its_name_says():
    assert {*USED, State.RETIRING, State.DRAINING, *KILLED, *GONE} == set(State)
    assert not USED & (KILLED | GONE)
    assert not KILLED & GONE
    assert DYING < KILLED
    assert {State.READY, State.STALLED, State.RETIRING} == SERVING
