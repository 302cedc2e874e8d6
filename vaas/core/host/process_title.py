"""Process titles: how ``ps`` and ``top`` show the zygote, its hosts and their brokers."""

from __future__ import annotations

import contextlib


def name_process(name: str) -> None:
    """What ``ps`` and ``top`` show; 15 characters at most. A system without /proc does without."""
    with contextlib.suppress(OSError), open("/proc/self/comm", "w") as comm:
        comm.write(f"vaas {name}")
