"""Reads the whole memory of processes from outside, as root may. Used by ``test_memory.py``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def below(pid: int) -> dict[int, str]:
    """All that a process has started, and these in turn, with their names in ``ps``."""
    found: dict[int, str] = {}
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (thread / "children").read_text().split()):
            found |= {child: Path(f"/proc/{child}/comm").read_text().strip(), **below(child)}
    return found


def times(pid: int, needles: dict[str, str]) -> dict[str, int]:
    """How often each of these texts stands in a process's memory, by its name."""
    found = dict.fromkeys(needles, 0)
    for part in _parts(pid):
        for name, needle in needles.items():
            found[name] += part.count(needle.encode())
    return found


def _parts(pid: int) -> Iterator[bytes]:
    """Every mapping that can be read, each whole, so that nothing is cut in two."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if "r" in rights and "[v" not in line:
                start, end = (int(each, 16) for each in span.split("-"))
                memory.seek(start)
                with suppress(OSError):  # a page that is gone, or a device's
                    yield memory.read(end - start)
