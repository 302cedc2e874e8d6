"""The report: every claim with its figure, those that do not hold at the end."""

from __future__ import annotations

from collections.abc import Sequence

from tests.hostile.judge import MB, Verdict
from tests.hostile.lateness import p99, share_of_the_processor
from tests.hostile.users import CONTROL
from tests.hostile.vocabulary import Storm


def report(storm: Storm, verdicts: Sequence[Verdict], seed: str) -> str:
    failed = [verdict for verdict in verdicts if not verdict.fine]
    untold = [verdict for verdict in verdicts if not verdict.told]
    lines = [f"✓ {_line(verdict)}" for verdict in verdicts if verdict.fine and verdict.told]
    lines += [f"? {_line(verdict)}" for verdict in untold]
    lines += [f"  the machine by itself: {_machine(storm)}"]
    lines += [f"  attackers: {_effort(storm)}"]
    lines += [f"✗ {_line(verdict)}" for verdict in failed]
    return "\n".join([*lines, f"{_end(len(verdicts), len(failed), len(untold))}: seed {seed}."])


def _end(every: int, failed: int, untold: int) -> str:
    end = f"{failed} of {every} claims do not hold" if failed else f"All {every - untold} claims hold"
    return f"{end}, {untold} cannot be told: the node hardly had the processor" if untold else end


def _line(verdict: Verdict) -> str:
    return f"{verdict.claim}: {verdict.figure}"


def _machine(storm: Storm) -> str:
    """What the control waited."""
    waits = [
        [one.seconds for one in storm.samples if one.kind == CONTROL and span.begin <= one.at < span.end]
        for span in (*storm.quiet, storm.storm)
    ]
    *quiet, stormy = [f"{p99(each) * 1000:.0f} ms" for each in waits]
    share = share_of_the_processor(storm.during[0], storm.during[-1])
    had = f"the node had the processor for {share:.0%} of the time that it wanted it"
    return f"p99 {stormy}, in the quiet {', '.join(quiet)}; {had}"


def _effort(storm: Storm) -> str:
    seconds = storm.storm.end - storm.storm.begin
    shots, sent = sum(tally.shots for tally in storm.tallies), sum(tally.sent for tally in storm.tallies)
    busy = sum(tally.processor for tally in storm.tallies) / seconds
    return f"{len(storm.tallies)}, {shots} connections, {sent / MB:.0f} MB in {seconds:.0f} s, {busy:.2f} of a core"
