"""Inside every process of a measured run: counts the branches it takes, and leaves the counts behind when it ends.

``measure.py`` puts this file into the run's own environment as ``measured``, with the two constants filled in, and has
each interpreter import it first. A host cannot open a file once it is confined, so every process makes a shared mapping
of one when it starts; what is written there stays when the process is gone.
"""

from __future__ import annotations

import atexit
import contextlib
import marshal
import mmap
import os
import tempfile
from typing import NoReturn

import coverage

FOLDER, CONFIG = "{folder}", "{config}"
"""Where counts go, and the pyproject.toml with the settings."""
ROOM = 4 * 1024 * 1024
"""Bytes for the counts of a process; they take some 100 KiB. What is not written takes no space."""
LENGTH = 8
"""Bytes that say how long the counts are; 0 in a process that was killed."""

counting = coverage.Coverage(data_file=None, config_file=CONFIG, messages=False)
_mapping: mmap.mmap | None = None
_exit = os._exit


def prepare() -> None:
    """Before this process is confined; in the child, after a fork."""
    global _mapping
    with contextlib.suppress(OSError):
        descriptor, _ = tempfile.mkstemp(dir=FOLDER)
        os.ftruncate(descriptor, ROOM)
        _mapping = mmap.mmap(descriptor, ROOM)
        os.close(descriptor)


def leave_counts() -> None:
    counting.stop()
    data = counting.get_data()
    # A file's arcs as bytes of their own, always the same for the same arcs: most processes have most in common.
    arcs = {file: marshal.dumps(sorted(data.arcs(file) or ()), 2) for file in data.measured_files()}
    counts = marshal.dumps(arcs)
    if _mapping is not None and len(counts) + LENGTH <= ROOM:
        _mapping[: len(counts) + LENGTH] = len(counts).to_bytes(LENGTH, "big") + counts


def exit_at_once(status: int) -> NoReturn:
    with contextlib.suppress(Exception):
        leave_counts()
    _exit(status)


if os.path.isdir(FOLDER):  # else what is left of a run that is over
    prepare()
    os.register_at_fork(after_in_child=prepare)
    os._exit = exit_at_once
    atexit.register(leave_counts)
    counting.start()
