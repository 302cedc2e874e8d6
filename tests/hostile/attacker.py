"""An attacker's process: round after round until the storm is over, at a bounded rate and with little of the processor.

Forked by ``conductor.py``, which gets the ``Tally``. Next: ``shooting.py``."""

from __future__ import annotations

import asyncio
import os
from multiprocessing.connection import Connection
from random import Random
from time import monotonic, process_time

from tests.hostile.shooting import fire
from tests.hostile.vocabulary import Answer, Attacker, Shot, Tally, Volley, World

SHARE = 0.02
"""Of one core that one attacker may use: what users feel is then the node's doing, not the machine's."""
NICE = 15
"""Behind the node and its hosts, which are at -5 and 5: what users feel is no want of the processor."""
BEGIN = 160
"""Bytes of a shot that a complaint shows."""
SHOWN = 3
"""Wrong answers that a tally keeps."""


def attack(attacker: Attacker, seed: str, world: World, until: float, source: str, told: Connection) -> None:
    """The whole of the process: ends by itself soon after ``until``."""
    os.nice(NICE)
    told.send(asyncio.run(rounds(attacker, Random(f"{seed}:{attacker.name}"), world, until, source)))
    told.close()


async def rounds(attacker: Attacker, random: Random, world: World, until: float, source: str) -> Tally:
    tally = Tally(attacker.name)
    pace = _Pace(attacker.rate)
    while monotonic() < until:
        one = attacker.round(random, world)
        answers: list[Answer] | None = None
        while monotonic() < until:
            try:
                volley = one.send(answers)  # type: ignore[arg-type]  # a generator is begun with None
            except StopIteration:
                tally = tally._replace(rounds=tally.rounds + 1)
                break
            answers = await fire(volley, world, source)
            tally = counted(tally, volley, answers)
            await pace.rest(until)
        one.close()
    return tally._replace(processor=process_time())


def counted(tally: Tally, volley: Volley, answers: list[Answer]) -> Tally:
    judged = [(shot.right(answer), answer.turned_away) for shot, answer in zip(volley, answers, strict=True)]
    away = sum(turned_away for wrong, turned_away in judged if wrong)
    told = zip(volley, judged, strict=True)
    wrong = [f"{wrong} to {_begin(shot)}" for shot, (wrong, turned_away) in told if wrong and not turned_away]
    return tally._replace(
        shots=tally.shots + len(volley),
        turned_away=tally.turned_away + away,
        right=tally.right + len(volley) - away - len(wrong),
        wrongs=tally.wrongs + len(wrong),
        wrong=(*tally.wrong, *wrong)[:SHOWN],
        sent=tally.sent + sum(answer.sent for answer in answers),
    )


def _begin(shot: Shot) -> str:
    return f"{shot.at} {b''.join(shot.pieces[:2])[:BEGIN]!r}"


class _Pace:
    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._before = monotonic(), process_time()

    async def rest(self, until: float) -> None:
        """So that neither the rate nor the share is exceeded."""
        began, used = self._before
        due = began + max(1 / self._rate, (process_time() - used) / SHARE)
        await asyncio.sleep(max(0.0, min(due, until) - monotonic()))
        self._before = monotonic(), process_time()
