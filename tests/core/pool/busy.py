"""How much longer things may take here and now: claims about time are about a machine that does nothing else."""

from __future__ import annotations

import os
from typing import Any

from tests.core.pool.benches import ask
from vaas.core.pool.errors import DeadlineExceeded
from vaas.core.pool.pool import Pool


def busy() -> float:
    """1 on a machine with time to spare, else how many want each of its cores."""
    return max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))


async def ask_until_answered(pool: Pool, method: str, **arguments: Any) -> Any:
    """For apps whose deadline is short: a call may be late for no fault of theirs."""
    while True:
        try:
            return await ask(pool, method, **arguments)
        except DeadlineExceeded:
            continue
