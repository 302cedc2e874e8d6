"""Lateness: how long users waited for the node, without what the machine itself kept everybody waiting. Pure.

A machine that runs more than it has cores for stands still now and then, for all alike: for the control (``users.py``),
which is beside the platform, too. So of each wait that is taken off which the control had at the same moment; what is
left is the node's. Asked by ``judge.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from tests.hostile.vocabulary import Sample


def p99(seconds: Iterable[float]) -> float:
    """The least that 99 of 100 do not exceed; infinite if there are none."""
    ordered = sorted(seconds)
    return ordered[ceil(0.99 * len(ordered)) - 1] if ordered else float("inf")


def of_the_node(samples: Sequence[Sample], control: Sequence[Sample]) -> list[float]:
    """Seconds of each sample beyond the longest wait of the control that was under way at the same time."""
    ordered = sorted(control, key=lambda one: one.at)
    longest = max((one.seconds for one in ordered), default=0.0)
    left, first = [], 0
    for sample in sorted(samples, key=lambda one: one.at):
        while first < len(ordered) and ordered[first].at + longest < sample.at:
            first += 1
        left.append(max(0.0, sample.seconds - _meanwhile(sample, ordered, first)))
    return left


def _meanwhile(sample: Sample, ordered: Sequence[Sample], first: int) -> float:
    end, most = sample.at + sample.seconds, 0.0
    for number in range(first, len(ordered)):
        one = ordered[number]
        if one.at > end:
            break
        if one.at + one.seconds >= sample.at:
            most = max(most, one.seconds)
    return most
