# ruff: noqa: E501  (app code stands in one line)
"""Threads of restricted code are Python's in what they do, and hold nothing of the process."""

from __future__ import annotations

import threading
from typing import Any

import pytest


def test_a_thread_is_made_started_and_joined_as_python_s(run: Any) -> None:
    module = run(
        """
        import threading
        seen = []
        class Worker(threading.Thread):
            def __init__(self, n):
                super().__init__(name=f"worker {n}", daemon=True)
                self._n, self.result = n, None
            def run(self):
                self.result = self._n * 2
        def add(a, b=0):
            seen.append(a + b)
        workers = [Worker(n) for n in range(3)]
        plain = threading.Thread(target=add, args=(1,), kwargs={"b": 2})
        before = plain.ident, plain.is_alive(), repr(plain)
        for it in [*workers, plain]:
            it.start()
        for it in [*workers, plain]:
            it.join(10)
        plain.name = "renamed"
        RESULT = ([it.result for it in workers], seen, before, workers[0].name, workers[0].daemon, plain.daemon, plain.is_alive(),
                  plain.ident is None, repr(plain), isinstance(workers[0], threading.Thread), type(plain) is threading.Thread)
        """
    )
    results, seen, before, name, *rest = module.RESULT
    assert (results, seen, name) == ([0, 2, 4], [3], "worker 0")
    assert before[:2] == (None, False)
    assert before[2].startswith("<Thread(Thread-")
    assert before[2].endswith(" (add), initial)>")
    assert rest == [True, False, False, False, "<Thread(renamed, stopped)>", True, True]


def test_a_timer_calls_once_or_is_cancelled(run: Any) -> None:
    module = run(
        """
        import threading
        seen = []
        timers = threading.Timer(0, seen.append, [1]), threading.Timer(60, seen.append, [2])
        for it in timers:
            it.start()
        timers[1].cancel()
        for it in timers:
            it.join(10)
        """
    )
    assert module.seen == [1]


@pytest.mark.parametrize("name", ["_real", "_work", "_stderr", "_target", "_invoke_excepthook"])
@pytest.mark.parametrize("read", ["self.{n}", "super().{n}", "getattr(self, '{n}')", "vars(self)['{n}']"])
def test_the_real_thread_is_not_reached_through_a_subclass(run: Any, read: str, name: str) -> None:
    module = run(
        f"""
        import threading
        class Mine(threading.Thread):
            def read(self): return {read.format(n=name)}
        """
    )
    with pytest.raises((AttributeError, KeyError)):
        module.Mine().read()


def test_a_subclass_sees_nothing_of_what_is_kept(run: Any) -> None:
    module = run(
        """
        import copy, threading
        seen = []
        class Watching(threading.Thread):
            def __setattr__(self, name, value): seen.append(value)
        class Named(threading.Thread):
            def set(self, value): seen.append(value)
            _real = property(lambda self: None, set)
            _work = property(lambda self: None, set)
        made = Watching(), Named()
        made[0].anything = 1
        try:
            copy.copy(made[0])
        except TypeError:
            seen.append("not copied")
        """
    )
    assert module.seen == [1, "not copied"]


def test_a_thread_that_was_never_initialised_says_so(run: Any) -> None:
    module = run("import threading\nclass Mine(threading.Thread):\n    def __init__(self): pass\nmine = Mine()")
    with pytest.raises(RuntimeError, match="not called"):
        module.mine.start()


def test_the_type_of_a_real_thread_is_never_told(run: Any) -> None:
    module = run("import threading\ndef kind(it): return type(it), it.__class__")
    shown = module.threading.Thread
    assert module.kind(threading.Thread()) == module.kind(threading.Timer(1, print)) == (shown, shown)
