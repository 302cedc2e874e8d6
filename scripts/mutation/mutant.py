"""The words of the mutator: a central module, one mutant of it, and what became of that mutant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["killed", "hung", "survived", "unreached", "equivalent"]
HELD: tuple[State, ...] = ("killed", "hung")
"""The states of a mutant that some test has seen."""


@dataclass(frozen=True)
class Central:
    """One central module. ``name`` stays when the file moves: known equivalents are kept by it."""

    name: str
    path: str
    """Relative to the root of the tree, as all paths here."""
    tests: tuple[str, ...]
    """Files or folders; only those of their tests are run that reach the changed line."""
    elsewhere: tuple[str, ...] = ()
    """Tests that run this module in another process, where its lines cannot be seen: they are run whole, and last."""


@dataclass(frozen=True)
class Mutant:
    module: str
    """The name of the central module."""
    path: str
    line: int
    last: int
    """The last line of what is changed."""
    statement: int
    """The first line of the innermost statement that it stands in."""
    start: int
    end: int
    """Offsets of what is changed, in bytes of UTF-8."""
    operator: str
    before: str
    after: str
    code: str
    """The source line, stripped: what an equivalent is known by."""
    in_function: bool
    """Whether it is run when called, and not when imported."""
    function: str = ""
    """The innermost function that it stands in."""

    def apply(self, source: str) -> str:
        data = source.encode()
        return (data[: self.start] + self.after.encode() + data[self.end :]).decode()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  [{self.operator}]  {_short(self.before)}  ->  {_short(self.after)}"


@dataclass(frozen=True)
class Outcome:
    mutant: Mutant
    state: State
    by: str = ""
    """The test that failed, or how many did not."""
    seconds: float = 0.0


def _short(text: str, most: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
