"""Which tests reach which line, and how long each takes: learnt once, without a mutant, so that few need to be run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scripts.mutation.mutant import Central, Mutant


@dataclass
class Reach:
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each test takes, by its id."""
    failed: set[str] = field(default_factory=set)
    """Tests that fail without a mutant: they say nothing."""
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    """By path and line, the tests that run it in their own process."""
    imported: set[tuple[str, int]] = field(default_factory=set)
    """Path and line of what runs when the tests are imported, which no test need run again: it makes a table."""

    def learn(self, records: Iterable[dict[str, Any]], tree: str) -> None:
        """``records`` of ``plugin.py``, from a copy in ``tree``."""
        files = []
        for record in records:
            if "test" in record:
                test = record["test"]
                self.seconds[test] = self.seconds.get(test, 0.0) + record["seconds"]
                if record["outcome"] == "failed":
                    self.failed.add(test)
            elif "file" in record:
                files.append(record)
        for record in files:
            path = record["file"].removeprefix(f"{tree}/")
            known = self.lines.setdefault(path, {})
            for line, contexts in record["lines"].items():
                if "import" in contexts:
                    self.imported.add((path, int(line)))
                known.setdefault(int(line), set()).update(*map(self._tests, contexts))

    def _tests(self, context: str) -> set[str]:
        """What was set up for one test may serve all of its file."""
        phase, _, test = context.partition(" ")
        if phase == "setup":
            return {each for each in self.seconds if each.partition("::")[0] == test.partition("::")[0]}
        return {test} if phase == "test" else set()

    def select(self, mutant: Mutant, central: Central) -> list[str]:
        """The tests to run, the quickest first: those that reach it, then those that run it elsewhere, or read what
        its import has made."""
        reaching = self._reaching(mutant)
        beyond = (*central.tests, *central.elsewhere) if self._is_imported(mutant) else central.elsewhere
        near = [test for test in self._passing(central.tests) if test in reaching]
        far = [test for test in self._passing(beyond) if test not in reaching]
        return sorted(near, key=self.seconds.__getitem__) + sorted(far, key=self.seconds.__getitem__)

    def _is_imported(self, mutant: Mutant) -> bool:
        lines = (*range(mutant.line, mutant.last + 1), mutant.statement)
        return not mutant.in_function or any((mutant.path, line) in self.imported for line in lines)

    def _reaching(self, mutant: Mutant) -> set[str]:
        known = self.lines.get(mutant.path, {})
        if not mutant.in_function:  # run by the import: what counts is who uses it
            return set().union(*known.values())
        lines = [line for line in range(mutant.line, mutant.last + 1) if line in known] or [mutant.statement]
        return set().union(*(known.get(line, set()) for line in lines))

    def _passing(self, paths: tuple[str, ...]) -> list[str]:
        return [test for test in self.seconds if test not in self.failed and is_within(test.partition("::")[0], paths)]


def is_within(file: str, paths: tuple[str, ...]) -> bool:
    return any(file == path or file.startswith(f"{path}/") for path in paths)
