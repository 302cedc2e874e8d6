"""Status: how each release fares on this node, for people. Pure: records and what is here in, a status each out."""

from __future__ import annotations

from collections.abc import Mapping

from vaas.platform.reconciler.plan import kept
from vaas.platform.reconciler.steps import Here
from vaas.platform.records import bounds
from vaas.platform.records.bounds import cut
from vaas.platform.records.records import ReleaseStatus
from vaas.platform.records.snapshot import AppRecords

Seconds = Mapping[int, dict[str, float]]
"""By release number, by step: how long it took here."""


OF_THE_APP = 0
"""The number, which no release has, under which an app's quarantine is listed."""


def statuses(records: AppRecords, here: Here, seconds: Seconds) -> dict[int, ReleaseStatus]:
    """By number, of every release that is or should be open here; under 0 what of its records is broken, if so."""
    by_number = {number: _status(number, here, seconds) for number in sorted(kept(records, here))}
    if records.broken:
        error = cut("; ".join(f"{key}: {reason}" for key, reason in sorted(records.broken.items())), bounds.ERROR)
        by_number[OF_THE_APP] = ReleaseStatus(state="failed", error=error)
    return by_number


def _status(number: int, here: Here, seconds: Seconds) -> ReleaseStatus:
    steps = dict(seconds.get(number, {}))
    if failure := here.failures.get(number):
        return ReleaseStatus(
            state="failed", error=failure.error, where=failure.where, traceback=failure.traceback, steps=steps
        )
    served = here.route is not None and number in here.route.pools
    return ReleaseStatus(state="ready" if served else "starting", steps=steps)
