"""Lateness: how long users waited for the node, without what the machine itself kept everybody waiting. Pure.

A machine that runs more than it has cores for stands still now and then, for all alike: for the control (``users.py``),
which is beside the platform, too. So of each wait that is taken off which the control had at the same moment; what is
left is the node's. ``share_of_the_processor`` says whether the machine was free enough for that to be told at all: a
node that is hardly let run is late with everything. Asked by ``judge.py`` and ``conductor.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from tests.hostile.vocabulary import Census, Sample

ENOUGH = 0.5
"""A storm in which the node had the processor for a smaller part of the time that it wanted it tells of the machine."""


def share_of_the_processor(before: Census, after: Census) -> float:
    """For how much of the time that it wanted it the node had the processor."""
    ran, waited = (late - early for late, early in zip(after.processor, before.processor, strict=True))
    return ran / (ran + waited) if ran + waited else 1.0


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
