"""A seeded draw: the same seed and sources give the same mutants, whatever other modules are drawn from."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice

from scripts.mutation.candidates import candidates, is_another
from scripts.mutation.mutant import Central, Mutant


def draw(central: Central, source: str, count: int, seed: int) -> list[Mutant]:
    """At most ``count``, in the order of the source. No line is drawn twice before every line was drawn once."""
    shuffled = candidates(central, source)
    random.Random(f"{seed}:{central.name}").shuffle(shuffled)
    drawn: Counter[int] = Counter()
    turns: list[tuple[int, int]] = []
    for index, mutant in enumerate(shuffled):
        turns.append((drawn[mutant.line], index))
        drawn[mutant.line] += 1
    ordered = (shuffled[index] for _, index in sorted(turns))
    chosen = islice((mutant for mutant in ordered if is_another(mutant, source)), count)
    return sorted(chosen, key=lambda mutant: (mutant.start, mutant.operator))
