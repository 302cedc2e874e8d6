"""What an app's exception says of its limits: which one it has met, with the figure and the key that sets it.

The kernel's errors do not know our keys; here they are told. Used by the floor above for its answers and logs.
"""

from __future__ import annotations

import errno

from vaas.core.limits.words import limit_words
from vaas.core.policy import Limits

_NO_THREAD = "can't start new thread"
"""CPython's words (``_thread``), in a RuntimeError; there is no number to know it by."""


def limit_met(error: BaseException | None, limits: Limits) -> str:
    """``limits.memory = 256MB`` if that is what this error, or what it came from, is about; else empty."""
    for _ in range(8):  # causes may go round in a circle
        if error is None:
            return ""
        found = _limit_met(error, limits)
        if found:
            return found
        error = error.__cause__ or error.__context__
    return ""


def _limit_met(error: BaseException, limits: Limits) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, MemoryError) or number == errno.ENOMEM:
        return limit_words("memory", limits.memory)
    if number == errno.EMFILE:
        return limit_words("files", limits.files)
    if number in (errno.EFBIG, errno.EDQUOT):
        return limit_words("disk", limits.disk)
    if number == errno.EAGAIN and isinstance(error, BlockingIOError) and not error.filename and _is_fork(error):
        return limit_words("threads", limits.threads)
    if isinstance(error, RuntimeError) and str(error) == _NO_THREAD:
        threads, memory = limit_words("threads", limits.threads), limit_words("memory", limits.memory)
        return f"{threads}, or {memory}, for their stacks"
    return ""


def _is_fork(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_name in ("_execute_child", "_fork_exec", "fork_exec")
