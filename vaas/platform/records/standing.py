"""Standing: how an app is doing that no release answers for, as far as the records tell. Pure.

The gateway tells its callers (``platform/gateway/node.py``), so that before the first start its words are not those of
a failure."""

from __future__ import annotations

from typing import Literal

from vaas.platform.records.snapshot import AppRecords

Standing = Literal["unknown", "new", "starting", "waiting", "started", "failed"]
"""``unknown``: there is no such app; ``new``: nothing has been deployed; ``starting``: for the first time; ``waiting``:
for what it asks to be granted; ``started``: a release has, somewhere."""


def standing(records: AppRecords | None) -> Standing:
    if records is None or records.app is None:
        return "unknown"
    if not records.releases:
        return "new"
    traffic = records.traffic
    if records.broken or traffic is None:
        return "failed"
    if traffic.latest:
        return "started"
    outcome = records.outcomes.get(traffic.candidate or max(records.releases))
    if traffic.candidate and (outcome is None or outcome.state == "starting"):
        return "starting"
    return "waiting" if outcome is not None and outcome.state == "waiting" else "failed"
