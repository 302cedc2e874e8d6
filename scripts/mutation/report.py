"""What is printed: each outcome as it comes, then the survivors, and the share of the killed by module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from scripts.mutation.mutant import HELD, Outcome


def line(outcome: Outcome) -> str:
    return f"{outcome.state:<10} {outcome.seconds:5.1f} s  {outcome.mutant}" + (
        f"  ({outcome.by})" if outcome.by else ""
    )


def survivors(outcomes: Iterable[Outcome]) -> list[str]:
    rest = [outcome for outcome in outcomes if outcome.state not in (*HELD, "equivalent")]
    return [
        f"{each.mutant}  ({each.by})" for each in sorted(rest, key=lambda each: (each.mutant.path, each.mutant.line))
    ]


def table(outcomes: Sequence[Outcome]) -> list[str]:
    modules = list(dict.fromkeys(outcome.mutant.module for outcome in outcomes))
    width = max((len(module) for module in modules), default=0) + 2
    rows = [_row(module, [each for each in outcomes if each.mutant.module == module], width) for module in modules]
    return [f"{'':<{width}}{'killed':>12}{'share':>9}{'equivalent':>13}", *rows, _row("all", outcomes, width)]


def _row(name: str, outcomes: Sequence[Outcome], width: int) -> str:
    states = Counter(outcome.state for outcome in outcomes)
    counted = len(outcomes) - states["equivalent"]
    killed = sum(states[state] for state in HELD)
    return f"{name:<{width}}{f'{killed} of {counted}':>12}{share(outcomes):>8.0%} {states['equivalent']:>12}"


def share(outcomes: Iterable[Outcome]) -> float:
    """The part that some test has seen, of those that are not known to be equivalent; 1 if there are none."""
    counted = [outcome for outcome in outcomes if outcome.state != "equivalent"]
    return sum(outcome.state in HELD for outcome in counted) / len(counted) if counted else 1.0
