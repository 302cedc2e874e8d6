"""Functions of Python's library that a host cannot have as they are, and what an app gets in their place.

Anonymous memory that is shared by default (``mmap.mmap(-1, size)``) is refused by the kernel layer, for no limit counts
it: nobody but this process would share it, so it is private. Handlers of signals need the main thread, which is not an
app's. Installed by ``child.py``, before the app is imported.
"""

from __future__ import annotations

import functools
import mmap
import signal
import tempfile
import threading
from collections.abc import Callable
from typing import Any

NO_HANDLERS = (
    "an app sets no handlers of signals: it runs in a worker, which is a thread, and the platform starts and ends it. "
    "What is to be done at the end, do in `on_stop` or in the shutdown of a lifespan. Code that runs elsewhere too "
    "asks first whether `threading.current_thread() is threading.main_thread()`"
)

_signal, _wake = signal.signal, signal.set_wakeup_fd


def install_process_functions(*, programs: bool) -> None:
    """``programs``: whether the app may start any, and so may have to share memory with what it has forked."""
    Memory.shared = programs
    vars(mmap)["mmap"] = Memory
    vars(signal).update(signal=_explained(_signal), set_wakeup_fd=_explained(_wake))


class Memory(mmap.mmap):
    """``mmap.mmap``. Memory that is no file's is private; or where it has to be shared, that of a file without a name,
    which counts as one."""

    shared = False

    def __new__(cls, fileno: int, length: int, *args: Any, **options: Any) -> Any:
        flags, protection = _asked(*args, **options)
        if fileno != -1 or flags & mmap.MAP_PRIVATE:
            return super().__new__(cls, fileno, length, *args, **options)
        if not cls.shared:
            return super().__new__(cls, -1, length, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, protection)
        with tempfile.TemporaryFile() as file:
            file.truncate(length)
            return super().__new__(cls, file.fileno(), length, mmap.MAP_SHARED, protection)


Memory.__name__ = Memory.__qualname__ = "mmap"


def _asked(
    flags: int = mmap.MAP_SHARED,
    prot: int = mmap.PROT_READ | mmap.PROT_WRITE,
    access: int = mmap.ACCESS_DEFAULT,
    offset: int = 0,
    **options: Any,
) -> tuple[int, int]:
    """Flags and protection; ``access`` says both in another way."""
    if access == mmap.ACCESS_COPY:
        return mmap.MAP_PRIVATE, prot
    return flags, mmap.PROT_READ if access == mmap.ACCESS_READ else prot


def _explained(function: Callable[..., Any]) -> Callable[..., Any]:
    """With an error that says what to do."""

    @functools.wraps(function)
    def explained(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except ValueError:
            if threading.current_thread() is threading.main_thread():
                raise
        raise ValueError(NO_HANDLERS)

    return explained
