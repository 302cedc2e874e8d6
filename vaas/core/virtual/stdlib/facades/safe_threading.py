"""``threading`` for restricted code: threads that have a real one and are none.

A real thread keeps the process's standard error, and would hand it to a subclass that watches how attributes are set.
Here the real one stands in a slot that no subclass's names or ``__setattr__`` come between.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vaas.core.restrict.safe_type import stand_for


class _Real(threading.Thread):
    def __init__(self, shown: Thread, name: str | None, daemon: bool | None) -> None:
        super().__init__(name=name, daemon=daemon)
        self._shown = shown

    def run(self) -> None:
        try:
            self._shown.run()
        finally:
            del self._shown  # what refers to itself is kept longer


class Thread:
    """``threading.Thread``."""

    __slots__ = ("__dict__", "__weakref__", "_real", "_work")

    def __init__(
        self,
        group: None = None,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        real = _Real(self, name, daemon)
        if name is None and target is not None:
            real.name += f" ({getattr(target, '__name__', target)})"
        _real.__set__(self, real)
        _work.__set__(self, (target, tuple(args), dict(kwargs or {})))

    def run(self) -> None:
        target, args, kwargs = _work.__get__(self)
        if target is not None:
            target(*args, **kwargs)

    def start(self) -> None:
        _of(self).start()

    def join(self, timeout: float | None = None) -> None:
        _of(self).join(timeout)

    def is_alive(self) -> bool:
        return _of(self).is_alive()

    @property
    def name(self) -> str:
        return _of(self).name

    @name.setter
    def name(self, name: str) -> None:
        _of(self).name = str(name)

    @property
    def daemon(self) -> bool:
        return _of(self).daemon

    @daemon.setter
    def daemon(self, daemon: bool) -> None:
        _of(self).daemon = daemon

    @property
    def ident(self) -> int | None:
        return _of(self).ident

    @property
    def native_id(self) -> int | None:
        return _of(self).native_id

    def __repr__(self) -> str:
        state = "initial" if self.ident is None else "started" if self.is_alive() else "stopped"
        return f"<{type(self).__name__}({self.name}, {state})>"

    def __reduce_ex__(self, protocol: object) -> Any:
        raise TypeError("a thread cannot be copied")


_real: Any = vars(Thread)["_real"]
_work: Any = vars(Thread)["_work"]


def _of(thread: Thread) -> threading.Thread:
    try:
        return _real.__get__(thread)  # type: ignore[no-any-return]  # what the slot holds
    except AttributeError:
        raise RuntimeError("thread.__init__() not called") from None


class SeenThread(Thread):
    """One that the app did not start: its worker's, or the process's first. It is looked at, and no more."""

    __slots__ = ()

    def __init__(self) -> None:
        raise RuntimeError("thread already initialized")

    def __init_subclass__(cls) -> None:
        raise TypeError("restricted code derives no class from it")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name!r} of a thread that is not the app's own cannot be set")

    def start(self) -> None:
        raise RuntimeError("threads can only be started once")

    def run(self) -> None:
        raise RuntimeError("this thread is not the app's own")

    def join(self, timeout: float | None = None) -> None:
        raise RuntimeError("cannot join a thread that is not the app's own")


def current_thread() -> Thread:
    return _seen(threading.current_thread())


def main_thread() -> Thread:
    return _seen(threading.main_thread())


def _seen(real: threading.Thread) -> Thread:
    """The app's own object for a thread that it started; for another the same one each time."""
    shown: Thread | None = vars(real).get("_shown")
    if shown is None:
        shown = vars(real)["_shown"] = object.__new__(SeenThread)
        _real.__set__(shown, real)
    return shown


class Timer(Thread):
    """``threading.Timer``."""

    def __init__(
        self,
        interval: float,
        function: Callable[..., object],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.interval, self.function = interval, function
        self.args, self.kwargs = args or (), kwargs or {}
        self.finished = threading.Event()

    def cancel(self) -> None:
        self.finished.set()

    def run(self) -> None:
        if not self.finished.wait(self.interval):
            self.function(*self.args, **self.kwargs)
        self.finished.set()


stand_for(threading.Thread, Thread)

NAMES: dict[str, Any] = {
    "Thread": Thread,
    "Timer": Timer,
    "current_thread": current_thread,
    "main_thread": main_thread,
}
