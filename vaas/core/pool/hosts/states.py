"""The life of a host: its states, what may happen to it, and which state follows. The one table of it.

``host_process.py`` is the only one to change a host's state, by ``after``; the others ask in which group it is.
An event that a state does not know is a mistake of ours, and raises."""

from __future__ import annotations

from enum import StrEnum

from vaas.core.pool.errors import ImpossibleEvent


class State(StrEnum):
    STARTING = "starting"
    """It is being forked, or its first worker imports the app."""
    READY = "ready"
    """At least one worker takes calls."""
    STALLED = "stalled"
    """It was ready and its interpreter does not answer: no further calls until it does."""
    RETIRING = "retiring"
    """It takes no further calls; those that it has go on, and then it is killed."""
    DRAINING = "draining"
    """It runs the app's shut-down, without any call, and exits by itself."""
    FAILING = "failing"
    """The process is ending by itself, or was killed for what it did, before a worker was ready."""
    CRASHING = "crashing"
    """The same, after it was ready."""
    ENDING = "ending"
    """The process is ending, as it was to: it was retiring or draining."""
    FAILED = "failed"
    """The process has ended, after FAILING."""
    CRASHED = "crashed"
    """The process has ended, after CRASHING."""
    ENDED = "ended"
    """The process has ended, after ENDING."""
    COLLECTED = "collected"
    """The process is reaped, and its folder is deleted."""


class Event(StrEnum):
    WORKER_READY = "worker ready"
    """A worker has imported the app, and its socket is connected."""
    STALL = "stall"
    """Its interpreter has been silent for too long."""
    ANSWER = "answer"
    """Its interpreter has answered a ping."""
    RETIRE = "retire"
    DRAIN = "drain"
    KILL = "kill"
    HANG_UP = "hang up"
    """Its control socket was closed at the other end."""
    EXIT = "exit"
    """The zygote told that the process has ended, or was silent for too long after the hang-up."""
    COLLECT = "collect"


_S, _E = State, Event
_LEAVING = {_E.WORKER_READY: None, _E.ANSWER: None, _E.KILL: _S.ENDING, _E.HANG_UP: _S.ENDING, _E.EXIT: _S.ENDED}
_DYING = {_E.WORKER_READY: None, _E.ANSWER: None, _E.KILL: None, _E.HANG_UP: None}
_DISOWNED = {_E.RETIRE: _S.ENDING, _E.DRAIN: _S.ENDING}
_GONE = {_E.WORKER_READY: None, _E.KILL: None, _E.EXIT: None}

_TABLE: dict[State, dict[Event, State | None]] = {
    _S.STARTING: {
        _E.WORKER_READY: _S.READY,
        _E.ANSWER: None,
        _E.RETIRE: _S.RETIRING,
        _E.DRAIN: _S.DRAINING,
        _E.KILL: _S.FAILING,
        _E.HANG_UP: _S.FAILING,
        _E.EXIT: _S.FAILED,
    },
    _S.READY: {
        _E.WORKER_READY: None,
        _E.STALL: _S.STALLED,
        _E.ANSWER: None,
        _E.RETIRE: _S.RETIRING,
        _E.DRAIN: _S.DRAINING,
        _E.KILL: _S.CRASHING,
        _E.HANG_UP: _S.CRASHING,
        _E.EXIT: _S.CRASHED,
    },
    _S.STALLED: {
        _E.WORKER_READY: None,
        _E.ANSWER: _S.READY,
        _E.RETIRE: _S.RETIRING,
        _E.DRAIN: _S.DRAINING,
        _E.KILL: _S.CRASHING,
        _E.HANG_UP: _S.CRASHING,
        _E.EXIT: _S.CRASHED,
    },
    _S.RETIRING: {**_LEAVING},
    _S.DRAINING: {**_LEAVING},
    _S.ENDING: {**_LEAVING},
    _S.FAILING: {**_DYING, **_DISOWNED, _E.EXIT: _S.FAILED},
    _S.CRASHING: {**_DYING, **_DISOWNED, _E.EXIT: _S.CRASHED},
    _S.FAILED: {**_GONE, _E.COLLECT: _S.COLLECTED},
    _S.CRASHED: {**_GONE, _E.COLLECT: _S.COLLECTED},
    _S.ENDED: {**_GONE, _E.COLLECT: _S.COLLECTED},
    _S.COLLECTED: {**_GONE},
}
"""By state and event: the next state; None: it stays."""

USED = frozenset({State.STARTING, State.READY, State.STALLED})
"""It takes calls, or is to."""
SERVING = frozenset({State.READY, State.STALLED, State.RETIRING})
"""It has been ready, and calls may be under way in it."""
DYING = frozenset({State.FAILING, State.CRASHING})
"""It ends unasked; what follows from that is known when it has ended."""
KILLED = frozenset({State.FAILING, State.CRASHING, State.ENDING})
GONE = frozenset({State.FAILED, State.CRASHED, State.ENDED, State.COLLECTED})
"""The process has ended."""


def after(state: State, event: Event) -> State:
    """The state that follows. Raises ``ImpossibleEvent``."""
    try:
        return _TABLE[state][event] or state
    except KeyError:
        raise ImpossibleEvent(state=state, event=event) from None
