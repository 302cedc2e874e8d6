"""Figures: medians, percentiles and bars, as pure functions of what was measured. Printed by ``report.py``."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import median
from typing import NamedTuple

__all__ = ["Bar", "median", "percentile", "ratio"]


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part (0 < part ≤ 1) of them does not exceed."""
    if not values or not 0 < part <= 1:
        raise ValueError("a percentile is of at least one value, and its part is in (0, 1]")
    return sorted(values)[ceil(part * len(values)) - 1]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Of the medians; ``inf`` where theirs is zero."""
    below = median(theirs)
    return median(ours) / below if below else float("inf")


class Bar(NamedTuple):
    """One figure that was promised."""

    what: str
    value: float
    wanted: float
    at_least: bool
    """Whether more is better."""
    unit: str = ""

    @property
    def reached(self) -> bool:
        return self.value >= self.wanted if self.at_least else self.value <= self.wanted

    @property
    def short_by(self) -> float:
        """By which part of what was wanted it is missed, or by how much where nothing was; 0 if it is reached."""
        return 0.0 if self.reached else abs(self.value - self.wanted) / (self.wanted or 1.0)

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        by = f"{self.short_by:.0%}" if self.wanted else number(self.value)
        verdict = "reached" if self.reached else f"MISSED by {by}"
        return (
            f"{self.what}: {number(self.value)}{self.unit}, wanted {sign} {number(self.wanted)}{self.unit}: {verdict}"
        )


def number(value: float) -> str:
    """Three digits that count, and no more than two behind the point."""
    if float(value).is_integer() and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
