"""LogLimits: how much of one kind the node's own log says: what comes in a flood is counted, and the count is a line.

A kind is the place in the code that logs, so there are as many as there are such places; each has a token bucket of its
own, and none takes another's lines. Pure: the clock is given. Used by ``node_log.py``."""

from __future__ import annotations

from vaas.core.token_bucket import TokenBucket

Kind = tuple[str, int, str]
"""File and line of the call, and the class of the error that it tells, if it does."""

LINES = 20
"""Lines of one kind at once, and so many more a minute: as many as a person reads."""

PAUSE = 60.0
"""Seconds for which a kind that has said more is counted only."""

KINDS = 512
"""Kinds that are told apart, some five times the places that log here; what is beyond is one kind together."""

OTHERS: Kind = ("", 0, "")


class _OfOneKind:
    __slots__ = ("bucket", "last", "left_out", "until")

    def __init__(self, now: float) -> None:
        self.bucket = TokenBucket(LINES / PAUSE, LINES, now)
        self.left_out = 0
        self.last = ""
        self.until = 0.0
        """When it is said how many were left out, if any were."""

    def is_silent(self, now: float) -> bool:
        """For as long as it takes to be as it was at first."""
        return self.left_out == 0 and self.bucket.level(now) >= LINES


class LogLimits:
    def __init__(self) -> None:
        self._kinds: dict[Kind, _OfOneKind] = {}

    def admits(self, kind: Kind, line: str, now: float) -> bool:
        """Whether this line is to be printed. ``now`` in seconds, on a clock that does not jump."""
        found = self._kinds.get(kind) or self._kinds.setdefault(self._place(kind, now), _OfOneKind(now))
        if found.left_out == 0 and found.bucket.take(1, now):
            return True
        if found.left_out == 0:
            found.until = now + PAUSE
        found.left_out += 1
        found.last = line
        return False

    def due(self, now: float) -> list[str]:
        """Of each kind whose pause is over: the line that says how many were left out."""
        over = [found for found in self._kinds.values() if found.left_out and found.until <= now]
        return [_told(found) for found in over]

    def next_due(self) -> float | None:
        """When there will be something to say; None if nothing was left out."""
        return min((found.until for found in self._kinds.values() if found.left_out), default=None)

    def _place(self, kind: Kind, now: float) -> Kind:
        """Where to count a new kind: one that has been silent for a pause gives way to it."""
        if len(self._kinds) < KINDS:
            return kind
        silent = next((key for key, found in self._kinds.items() if found.is_silent(now)), None)
        if silent is None:
            return OTHERS
        del self._kinds[silent]
        return kind


def _told(found: _OfOneKind) -> str:
    count, last = found.left_out, found.last
    found.left_out, found.last = 0, ""
    return f"… and {count:,} more of this kind in the last minute, the last: {last}"
