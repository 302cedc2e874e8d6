"""Walks from whatever an app can reach, by whatever it may do with it, and looks where it arrives.

``python -m tests.escapes.walk`` in a process of its own, for some walks leave a process changed. Each step is made by
restricted code (``walker_app.py``); ``plain``: by ordinary code, to see that the walk does arrive. ``planted NAME``: by
restricted code that has one more root, from which a leak is some steps away (``PLANTED``): each must be found. Exits
with the walk that arrived at something that ``forbidden.py`` names. Run by ``test_walks.py``.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.escapes.forbidden import forbidden
from vaas.core.policy import Policy
from vaas.core.virtual import thread_binding
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.stdlib.tables import SAFE
from vaas.framework.authoring.context import Context
from vaas.framework.authoring.request import Request
from vaas.framework.authoring.response import Response
from vaas.framework.authoring.websocket import WebSocket
from vaas.framework.http.wire_heads import HttpHead
from vaas.framework.serving.public import make_own
from vaas.framework.serving.service import app_modules, runtime_of
from vaas.framework.testing.calls import MemoryExchange

APP = Path(__file__).with_name("walker_app.py").read_text()
WALKS, STEPS = 6000, 8
FINDING = 20_000
"""Walks at most until a planted leak is found: some ten times as many as it takes."""


def machine_in(folder: Path) -> Machine:
    for name in ("app", "data", "tmp"):
        (folder / name).mkdir()
    (folder / "app/app.py").write_text(APP)
    machine = Machine(
        folder / "app",
        policy=Policy(),
        modules=app_modules(),
        data=folder / "data",
        tmp=folder / "tmp",
        console=lambda stream, level, text: None,
    )
    machine.bind()
    make_own(machine, Context("app", "v1"), runtime_of(machine))
    return machine


def of_a_request() -> list[Any]:
    """What the framework gives a handler."""
    head = HttpHead("POST", "/a", b"q=1", [(b"cookie", b"a=b"), (b"content-type", b"application/json")], scheme="http")
    exchange = MemoryExchange("http", head, b'{"a": 1}')
    request = Request(exchange, {"id": 1}, 1024)
    return [request, Response({"a": 1}), WebSocket(MemoryExchange("ws", head), {}), request.headers, request.url]


def walker(
    roots: list[Any], step: Callable[[Any, int, int], Any], walks: int, *, made: bool = False
) -> Callable[..., None]:
    """``made``: the roots are functions that make them."""
    number = st.integers(0, 2000)

    @settings(
        max_examples=walks,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],  # to make a walk shorter takes longer than to find it
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, len(roots) - 1), st.lists(st.tuples(number, number), min_size=1, max_size=STEPS))
    @example(0, [(0, 0)])
    def walk(root: int, path: list[tuple[int, int]]) -> None:
        here = roots[root]() if made else roots[root]
        said = [repr(type(here))]
        for how, pick in path:
            try:
                here = _patiently(step, here, how, pick)
            except BaseException:
                return
            said.append(f"{how},{pick}: {type(here)!r}")
            for each in _seen_in(here):
                assert not forbidden(each), f"{forbidden(each)} by {' → '.join(said)}"

    return walk


def _seen_in(here: Any) -> list[Any]:
    return [here, *here[:50]] if type(here) in (list, tuple) else [here]


def _patiently(step: Callable[[Any, int, int], Any], *arguments: Any) -> Any:
    """An alarm ends what waits for ever: a lock that was taken, a queue that stays empty."""
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        return step(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def wake(number: int, frame: object) -> None:
    raise TimeoutError


class _Compares:
    """Hands a tool to whoever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return bool(other.__eq__(sys._getframe()))

    __hash__ = None  # type: ignore[assignment]


class _Sets:
    """Hands a tool to whoever watches what is set on an instance."""

    def __init__(self) -> None:
        self.kept = os


def _raises() -> None:
    error = LookupError("it")
    error.kept = [os]  # type: ignore[attr-defined]
    raise error


_Sets.__module__ = _Compares.__module__ = "elsewhere"  # a package's: its classes may be derived from
PLANTED: dict[str, Callable[[], Any]] = {
    "an attribute": lambda: SimpleNamespace(a=SimpleNamespace(b=os)),
    "an item": lambda: {"a": [{"b": os}]},
    "a call": lambda: lambda: lambda: sys.modules,
    "what is raised": lambda: _raises,
    "a comparison": _Compares,
    "what is set on a subclass": lambda: _Sets,
    "a mixture": lambda: SimpleNamespace(f=lambda: SimpleNamespace(g=os.path.join.__globals__)),
}
"""Each makes a root anew for every walk: one that empties it would end all others."""


def main() -> None:
    signal.signal(signal.SIGALRM, wake)
    with tempfile.TemporaryDirectory() as folder:
        machine = machine_in(Path(folder))
        roots, step = plain_roots() if sys.argv[1:] == ["plain"] else restricted_roots(machine)
        if sys.argv[1:2] == ["planted"]:
            walker([PLANTED[sys.argv[2]]], step, FINDING, made=True)()
        else:
            walker(roots, step, int(os.environ.get("WALKS", WALKS)))()


def restricted_roots(machine: Machine) -> tuple[list[Any], Any]:
    app = machine.load("app")
    app.ROOTS += of_a_request()
    return [*app.ROOTS, *_loaded(machine.load)], app.step


def plain_roots() -> tuple[list[Any], Any]:
    thread_binding.bind(None)
    app = sys.modules["app"] = ModuleType("app")  # dataclasses look there
    exec(APP, vars(app))  # noqa: S102  # this folder's own text
    return [*app.ROOTS, *_loaded(importlib.import_module)], app.step


def _loaded(load: Callable[[str], Any]) -> Iterator[Any]:
    for name in sorted(SAFE):
        try:
            yield load(name)
        except ImportError:
            continue  # not in this version of Python


if __name__ == "__main__":
    main()
