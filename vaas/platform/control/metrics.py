"""Metrics: how the apps of this node fare, in the text format that Prometheus reads (exposition format 0.0.4). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    source: str
    """Its name among what ``Engine.stats`` counts."""
    kind: str
    help: str


METRICS = {
    "vaas_hosts": Metric("hosts", "gauge", "Processes that run for an app."),
    "vaas_workers": Metric("workers", "gauge", "Workers that are ready for an app."),
    "vaas_stalled": Metric("stalled", "gauge", "Workers that do not answer: they compute or hang, and get no calls."),
    "vaas_in_flight": Metric("in_flight", "gauge", "Calls that workers are busy with."),
    "vaas_waiting": Metric("waiting", "gauge", "Calls that wait for a worker."),
    "vaas_calls_total": Metric("calls", "counter", "Calls of an app since this node started."),
    "vaas_disk_bytes": Metric("disk", "gauge", "Bytes that an app takes of this node's disk."),
    "vaas_errors_total": Metric("errors", "counter", "Calls that had no complete answer from the app, or a 5xx."),
}


BY_STATUS = "vaas_error_responses_total"


FREE = "vaas_disk_free_bytes"


def exposition(
    stats: Mapping[str, Mapping[str, float]], by_status: Mapping[str, Mapping[int, int]], free: int = 0
) -> str:
    """What ``Engine.stats`` and ``Engine.errors_by_status`` say, by the name of the app; ``free`` bytes of the disk."""
    lines: list[str] = []
    for name, metric in METRICS.items():
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        # Names of apps have nothing that would need escaping (records.AppName).
        lines += [f'{name}{{app="{app}"}} {counts.get(metric.source, 0):.15g}' for app, counts in sorted(stats.items())]
    lines += [f"# HELP {FREE} Bytes that are free of this node's disk.", f"# TYPE {FREE} gauge", f"{FREE} {free}"]
    lines += [f"# HELP {BY_STATUS} Answers of 5xx, by status.", f"# TYPE {BY_STATUS} counter"]
    for app, counted in sorted(by_status.items()):
        lines += [f'{BY_STATUS}{{app="{app}",status="{status}"}} {count}' for status, count in sorted(counted.items())]
    return "\n".join(lines) + "\n"
