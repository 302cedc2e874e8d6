"""The judge: all that was measured comes in, a verdict on each claim goes out. Pure; ``report.py`` prints them.

Times are judged against the quiet of the same run, without what the machine itself took (``lateness.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from stat import S_ISLNK
from typing import NamedTuple

from tests.hostile import deploys
from tests.hostile.lateness import ENOUGH, of_the_node, p99, share_of_the_processor
from tests.hostile.users import CONTROL
from tests.hostile.vocabulary import Census, Sample, Span, Storm, Tally

NEIGHBOURS = ("kept", "fresh", "websocket")
"""The kinds of samples of who uses the neighbour."""
SLOWER = 5.0
"""How many times the quiet's p99 a neighbour may wait in the storm; from issue 10."""
LEAST = 0.01
"""Seconds: a quiet p99 below it counts as it: two or three turns of the processor's scheduler, of 4 ms (CONFIG_HZ)."""
MOST = 0.05
"""Seconds: where the control waits so long, no more is allowed for it."""
ADMIN = 1.0
"""Seconds in which an admin must be answered; from issue 10."""
MB = 1024 * 1024
MEMORY = {"node": 64 * MB, "zygote": 8 * MB, "broker": 4 * MB}
"""Bytes by which each may be larger afterwards than after the first, short storm: what an allocator keeps. The node's
grows for about a minute, by 45 MB, and then no more, however long the storm."""
PEAK = 160 * MB
"""Bytes that the node may take beyond that while it lasts: bundles are 64 MB at most, and some are under way."""
DESCRIPTORS = 4
"""That the node may hold more afterwards: connections of users that come and go."""
PASSING = 4
"""Hosts of the app that is deployed all the time: some of releases that drain, one that starts."""
LOG = 64 * 1024
"""Bytes a second that the node may write into its own log."""
GROWTH = 64 * MB
"""Bytes by which the data folder may grow: logs are 16 MB an app at most, ten releases stay unpacked."""
OTHERS, ENTER = 0o006, 0o001
"""Bits of a mode: whether others may read or write it, and whether they may enter a folder."""


class Verdict(NamedTuple):
    claim: str
    figure: str
    fine: bool
    told: bool = True
    """False: the machine let the node hardly run, so nothing is known; no failure, and no success."""


def judge(storm: Storm, patience: float = 1.0) -> list[Verdict]:
    """``patience``: how many times longer all waits may be, on a machine of which nothing is known."""
    verdicts = [
        *_neighbour(storm, SLOWER * patience),
        *_admin(storm, ADMIN * patience),
        *_deploys(storm),
        *_attackers(storm.tallies),
    ]
    return [*verdicts, *_resources(storm), *_lives(storm), *_log(storm), *_data(storm)]


# --- times


def _within(samples: Iterable[Sample], kinds: tuple[str, ...], *spans: Span) -> list[Sample]:
    return [one for one in samples if one.kind in kinds and any(span.begin <= one.at < span.end for span in spans)]


def _waits(storm: Storm, kind: str, span: Span) -> list[float]:
    control = [one for one in storm.samples if one.kind == CONTROL]
    return of_the_node(_within(storm.samples, (kind,), span), control)


def _neighbour(storm: Storm, slower: float) -> Iterator[Verdict]:
    for kind in NEIGHBOURS:
        quiet = max(_least(storm), *(p99(_waits(storm, kind, span)) for span in storm.quiet))
        stormy = p99(_waits(storm, kind, storm.storm))
        seen = p99(one.seconds for one in _within(storm.samples, (kind,), storm.storm))
        figure = f"{_ms(stormy)}, {stormy / quiet:.1f} times the quiet's {_ms(quiet)}; with the machine's {_ms(seen)}"
        claim = f"neighbour, {kind}: p99 at most {slower:g} times quiet"
        yield _in_time(storm, claim, figure, stormy <= slower * quiet)
    yield _right("neighbour", _within(storm.samples, NEIGHBOURS, _all(storm)))


def _in_time(storm: Storm, claim: str, figure: str, fine: bool) -> Verdict:
    told = fine or share_of_the_processor(storm.during[0], storm.during[-1]) >= ENOUGH
    return Verdict(claim, figure, fine or not told, told)


def _least(storm: Storm) -> float:
    """Seconds that no quiet counts less than: what the machine can tell apart."""
    control = _within(storm.samples, (CONTROL,), storm.storm)
    return min(MOST, max(LEAST, p99(one.seconds for one in control)))


def _admin(storm: Storm, within: float) -> Iterator[Verdict]:
    waits = _waits(storm, "admin", storm.storm)
    slowest = max(waits, default=float("inf"))
    figure = f"{_ms(slowest)}, p99 {_ms(p99(waits))}"
    yield _in_time(storm, f"admin: answered within {within:g} s", figure, slowest <= within)
    yield _right("admin", _within(storm.samples, ("admin",), _all(storm)))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _deploys(storm: Storm) -> Iterator[Verdict]:
    yield _right("deploys", _within(storm.samples, ("deploy",), _all(storm)))


def _right(claim: str, samples: list[Sample]) -> Verdict:
    wrong = [one.wrong for one in samples if one.wrong]
    figure = f"{len(wrong)} of {len(samples)} wrong{': ' if wrong else ''}{'; '.join(wrong[:3])}"
    return Verdict(f"{claim}: no wrong answer", figure, bool(samples) and not wrong)


def _all(storm: Storm) -> Span:
    return Span(min(storm.storm.begin, *(span.begin for span in storm.quiet)), float("inf"))


# --- attackers


def _attackers(tallies: Iterable[Tally]) -> Iterator[Verdict]:
    for tally in tallies:
        figure = f"{tally.right} of {tally.shots} answered right, {tally.turned_away} turned away, {tally.wrongs} wrong"
        shown = "".join(f"\n      {wrong}" for wrong in tally.wrong)
        fine = not tally.wrongs and tally.right > 0
        yield Verdict(f"attacker {tally.name}: only right answers", figure + shown, fine)


# --- what is held


def _resources(storm: Storm) -> Iterator[Verdict]:
    for kind, allowed in MEMORY.items():
        before, after = _memory(storm.before, kind), _memory(storm.after, kind)
        figure = f"{before / MB:.0f} MB, then {after / MB:.0f} MB"
        yield Verdict(f"{kind}: at most {allowed // MB} MB larger afterwards", figure, after <= before + allowed)
    before, peak = _memory(storm.before, "node"), max((_memory(one, "node") for one in storm.during), default=0)
    course = [_memory(one, "node") // MB for one in storm.during[:: max(1, len(storm.during) // 8)]]
    figure = f"{before / MB:.0f} MB, at most {peak / MB:.0f} MB: {course}"
    yield Verdict(f"node: at most {PEAK // MB} MB larger meanwhile", figure, before <= peak <= before + PEAK)
    for kind, allowed in {"node": DESCRIPTORS, "zygote": 0, "broker": 0}.items():
        held, then = _descriptors(storm.before, kind), _descriptors(storm.after, kind)
        fine = then <= held + allowed
        yield Verdict(f"{kind}: at most {allowed} descriptors more afterwards", f"{held}, then {then}", fine)
    counts = [_counts(census) for census in (storm.before, storm.after)]
    passing = counts[1].pop(deploys.NAME, 0)
    counts[0].pop(deploys.NAME, 0)
    fine = all(count <= counts[0].get(kind, 0) for kind, count in counts[1].items())  # one that is idle may have ended
    yield Verdict("no more processes afterwards", f"{counts[0]}, then {counts[1]}", fine)
    claim = f"{deploys.NAME}: at most {PASSING} hosts at a time"
    yield Verdict(claim, str(passing), passing <= PASSING)


def _memory(census: Census, kind: str) -> int:
    return sum(process.memory for process in census.processes if process.kind == kind)


def _descriptors(census: Census, kind: str) -> int:
    return sum(process.descriptors for process in census.processes if process.kind == kind)


def _counts(census: Census) -> dict[str, int]:
    kinds = [process.kind for process in census.processes]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _lives(storm: Storm) -> Iterator[Verdict]:
    for kind in ("node", "zygote"):
        before, after = _pids(storm.before, kind), _pids(storm.after, kind)
        fine = len(before) == 1 and before == after and all(before <= _pids(census, kind) for census in storm.during)
        yield Verdict(f"{kind}: never restarted", f"pid {sorted(before)}, then {sorted(after)}", fine)


def _pids(census: Census, kind: str) -> set[int]:
    return {process.pid for process in census.processes if process.kind == kind}


# --- what is written


def _log(storm: Storm) -> Iterator[Verdict]:
    at = storm.log.find("Traceback (most recent call last)")
    shown = "none" if at < 0 else "\n" + storm.log[max(0, at - 300) : at + 1500]
    yield Verdict("node log: no traceback", shown, at < 0)
    seconds = storm.storm.end - storm.storm.begin
    size = len(storm.log)
    yield Verdict(f"node log: at most {LOG // 1024} KB a second", f"{size / 1024:.0f} KB", size <= LOG * seconds)
    odd = sorted({sign for sign in storm.log if not (sign.isprintable() or sign == "\n")})
    yield Verdict("node log: no control characters", f"{odd or 'none'}", not odd)


def _data(storm: Storm) -> Iterator[Verdict]:
    others = _open_to_others(storm.after)
    yield Verdict("data folder: for its owner only", f"{len(others)} are not {others[:5]}", not others)
    known = {file.path for file in storm.before.files}
    left = [file.path for file in storm.after.files if file.path not in known and _is_temporary(file.path)]
    yield Verdict("data folder: nothing half-made", f"{len(left)} {left[:5]}", not left)
    yield Verdict("data folder: grows by what was deployed alone", *_growth(storm))


def _open_to_others(census: Census) -> list[str]:
    """What others can come to, and read or write."""
    modes = {file.path: file.mode for file in census.files}
    enterable = {path for path, mode in modes.items() if mode & ENTER}
    return [
        path
        for path, mode in modes.items()
        if mode & OTHERS and not S_ISLNK(mode) and all(str(above) in enterable for above in PurePath(path).parents)
    ]


def _growth(storm: Storm) -> tuple[str, bool]:
    """By the first folder: how much, and whether it is at most so much."""
    grown = {top: size - _sizes(storm.before).get(top, 0) for top, size in _sizes(storm.after).items()}
    figure = ", ".join(f"{top} {size / MB:+.1f} MB" for top, size in grown.items() if abs(size) >= MB / 20)
    return figure or "by nothing", bool(grown) and sum(grown.values()) <= GROWTH


def _sizes(census: Census) -> dict[str, int]:
    found: dict[str, int] = {}
    for file in census.files:
        top = file.path.partition("/")[0]
        found[top] = found.get(top, 0) + file.size
    return found


def _is_temporary(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith((".", "tmp")) or name.endswith((".tmp", ".part", ".partial"))
