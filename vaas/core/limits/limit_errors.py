"""What an exception says of an app's limits: which one it has met, with the figure and the key that sets it.

The kernel's errors do not know our keys; here they are told. Used by the floor above for its answers and logs, and by
``exit_status.py`` for a host that cannot go on.
"""

from __future__ import annotations

import errno
from typing import Literal

from vaas.core.limits.words import limit_words
from vaas.core.policy import Limits

_NO_THREAD = "can't start new thread"
"""CPython's words (``_thread``), in a RuntimeError; there is no number to know it by."""

Met = Literal["memory", "files", "disk", "threads", "stacks"]
"""The limit that was met. ``stacks``: a thread was refused, which the number of threads can be the reason of or the
memory for its stack."""


def limit_met(error: BaseException | None, limits: Limits) -> str:
    """``limits.memory = 256MB`` if that is what this error, or what it came from, is about; else empty."""
    found = met(error)
    return words_of(found, limits) if found else ""


def met(error: BaseException | None) -> Met | None:
    """The limit that this error, or what it came from, is about."""
    for _ in range(8):  # causes may go round in a circle
        if error is None:
            return None
        found = _met(error)
        if found:
            return found
        error = error.__cause__ or error.__context__
    return None


def words_of(limit: Met, limits: Limits) -> str:
    """With its key and figure."""
    if limit == "stacks":
        return f"{words_of('threads', limits)}, or {words_of('memory', limits)}, for their stacks"
    return limit_words(limit, getattr(limits, limit))


def _met(error: BaseException) -> Met | None:
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, MemoryError) or number == errno.ENOMEM:
        return "memory"
    if number == errno.EMFILE:
        return "files"
    if number in (errno.EFBIG, errno.EDQUOT):
        return "disk"
    if number == errno.EAGAIN and isinstance(error, BlockingIOError) and not error.filename and _is_fork(error):
        return "threads"
    return "stacks" if isinstance(error, RuntimeError) and str(error) == _NO_THREAD else None


def _is_fork(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_name in ("_execute_child", "_fork_exec", "fork_exec")
