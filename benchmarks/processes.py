"""Processes: starting them, finding them and their memory in /proc, and ending each by its own id. Linux only."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

GRACE = 20.0
"""Seconds a process may take to end by itself; then it is killed."""
LOOK_AGAIN = 0.002
"""Seconds between two looks at what is waited for."""


class Memory(NamedTuple):
    """Of one process, in bytes."""

    private: int
    """Pages that it alone has: what its going would give back."""
    shared_out: int
    """Its pages, each divided by the number of those who share it (PSS)."""


@contextlib.contextmanager
def started(
    command: Sequence[str], environ: Mapping[str, str], errors: Path, cwd: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process of a session of its own, so that a Ctrl-C is ours to handle; ended on the way out."""
    with errors.open("a") as log:
        process = subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
            start_new_session=True, cwd=cwd,
        )  # fmt: skip
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def until(true: Callable[[], bool], what: str, seconds: float = GRACE) -> None:
    """Returns once it is. Raises ``TimeoutError``."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(LOOK_AGAIN)


def children(pid: int) -> list[int]:
    """The processes that it has started and that live."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        found = [Path(f"/proc/{pid}/task/{task}/children").read_text().split() for task in tasks]
    except OSError:  # it, or one of its threads, has just ended
        return []
    return [int(child) for one in found for child in one]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""


def name_of(pid: int) -> str:
    """What the process calls itself; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def memory(pid: int) -> Memory:
    """Raises ``PermissionError`` for a host, which hides from everybody but root."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except PermissionError as error:
        raise PermissionError(f"process {pid} hides its memory: hosts do, so run this as root") from error
    sizes = {line.split(":")[0]: line.split(":")[1] for line in text.splitlines()[1:]}
    kib = {name: int(size.split()[0]) for name, size in sizes.items()}
    return Memory((kib["Private_Clean"] + kib["Private_Dirty"]) * 1024, kib["Pss"] * 1024)


def cpu_seconds(pid: int) -> float:
    """What it has used of the processor in its life; 0 if it is gone."""
    return sum(cpu_times(pid))


def cpu_times(pid: int) -> tuple[float, float]:
    """The same, in user mode and in the kernel."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    ticks = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / ticks, int(fields[12]) / ticks
