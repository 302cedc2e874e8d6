"""What a pool counts of its calls: how many, which failed and how, how long plain ``def`` handlers take lately.

One ``Tally`` a pool; what pools of one app have counted is added up as ``Counts`` (``core/pool/pools.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

QUICK = 0.001
"""Seconds below which a plain ``def`` may be queued behind others: waiting for it costs less than another worker."""
FORGET = 0.9
"""How much of a handler's slowness is left after each quicker call: a slow one is remembered for dozens of calls."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals, which only grow."""

    calls: int = 0
    errors: int = 0
    """Calls that had no complete answer from the app, or one that says that it failed."""
    codes: Mapping[int, int] = field(default_factory=dict)
    """Of those, how many by the code that their caller was told; one whose answer broke off was told none."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.calls + other.calls, self.errors + other.errors, dict(Counter(self.codes) + Counter(other.codes))
        )


class Tally:
    """What a pool counts of its calls."""

    __slots__ = ("_slowness", "calls", "codes", "errors")

    def __init__(self) -> None:
        self.calls = 0
        self.errors = 0
        """Calls that had no complete answer from the app, or one that says that it failed."""
        self.codes: dict[int, int] = {}
        """Of those, how many by the code that their caller was told."""
        self._slowness: dict[str, float] = {}
        """How long each plain ``def`` has occupied its worker lately, seconds; the worst counts, and fades."""

    @property
    def counts(self) -> Counts:
        return Counts(self.calls, self.errors, dict(self.codes))

    def answered_badly(self, code: int) -> None:
        """The app itself has answered that it failed."""
        self.errors += 1
        self.told(code)

    def told(self, code: int) -> None:
        """A caller is told that code."""
        self.codes[code] = self.codes.get(code, 0) + 1

    def measured(self, handler: str, seconds: float) -> None:
        self._slowness[handler] = max(seconds, self._slowness.get(handler, 0.0) * FORGET)

    def is_slow(self, handler: str) -> bool:
        """Whether nothing should wait behind this handler; so it is until it has been seen to be quick."""
        return self._slowness.get(handler, QUICK) >= QUICK
