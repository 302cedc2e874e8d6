"""Walks from whatever an app can reach, by whatever it may do with it, and looks where it arrives.

``python -m tests.escapes.walk`` in a process of its own, for some walks leave a process changed. Each step is made by
restricted code (``plain``: by ordinary code, to see that the walk does arrive there): a public attribute, a call without arguments, an item, the type. Exits with the walk that arrived at
something forbidden. Run by ``test_walks.py``.
"""

from __future__ import annotations

import asyncio
import builtins
import importlib
import io
import logging
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from vaas.core.policy import Policy
from vaas.core.virtual.facades.base import Facade
from vaas.core.virtual.importer import AppModule
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.safe_modules import SAFE
from vaas.framework.context import Context
from vaas.framework.public import PublicModule, make_own
from vaas.framework.service import app_modules, runtime_of

APP = """
import abc, asyncio, contextlib, dataclasses, enum, functools, threading, typing
import vaas

class Own(abc.ABC):
    def method(self):
        return self

class Colour(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Data:
    x: int = 1

@contextlib.contextmanager
def context():
    yield 1

async def coroutine():
    yield 1

def caught(act):
    try:
        act()
    except Exception as error:
        return error

def imports_nothing():
    import ctypes

ROOTS = [
    Own(), Own, Colour.RED, Data(), Data, context(), context, coroutine(), (x for x in "ab"), print, len, open,
    __import__, globals(), locals(), type, object, super, property, int, str, "text", b"bytes", 1, 1.5, [1], {"a": 1}, {1},
    caught(imports_nothing), caught(lambda: 1 / 0), caught(lambda: {}["a"]), caught(lambda: vaas.nothing),
    caught(lambda: open("/data/missing")), caught(lambda: int("x")), vaas, lambda: 1, Own().method, functools.partial(int),
    typing.List[int], threading.Thread(), memoryview(b"x"), iter([1]), map(str, [1]), slice(1), range(3), NotImplemented,
]

def named(obj, pick):
    names = dir(obj) + ["__class__", "__doc__", "__dict__", "__wrapped__", "__mro__", "__bases__", "__self__", "__func__",
                        "__context__", "__cause__", "__traceback__", "__annotations__", "__init__", "__call__", "__spec__"]
    return getattr(obj, names[pick % len(names)])

def first(obj, pick):
    items = list(obj.values()) if hasattr(obj, "values") else list(zip(range(20), obj))
    return items[pick % len(items)]

STEPS = [
    named, named, named,
    lambda obj, pick: obj(),
    first,
    lambda obj, pick: type(obj),
    lambda obj, pick: caught(lambda: getattr(obj, "nothing_of_that_name")),
    lambda obj, pick: vars(obj),
]

def step(obj, how, pick):
    return STEPS[how % len(STEPS)](obj, pick)
"""

EVIL = (builtins.eval, builtins.exec, builtins.compile, builtins.open, builtins.__import__, type, io.FileIO)
SHOWN = (Facade, AppModule, PublicModule)


def forbidden(obj: Any) -> str:
    """What is wrong with an app holding this; empty if nothing is."""
    kind = type(obj)
    if issubclass(kind, (FrameType, CodeType, TracebackType)):
        return f"a {kind.__name__}"
    if issubclass(kind, ModuleType) and not issubclass(kind, SHOWN):
        return f"the module {obj.__name__}"
    if any(obj is it for it in EVIL):
        return repr(obj)
    if isinstance(obj, type) and issubclass(obj, type) and obj.__module__ != "vaas.core.restrict.safe_type":
        return f"the metaclass {obj.__name__}"
    if issubclass(kind, dict) and ("__builtins__" in obj or obj is vars(builtins) or obj is sys.modules):
        return "variables of a module"
    if issubclass(kind, asyncio.AbstractEventLoop):
        return "an event loop"
    if isinstance(obj, logging.Logger) and obj.manager is logging.Logger.manager:
        return "a logger of the process"
    return "the machine" if isinstance(obj, Machine) else ""


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


def walker(roots: list[Any], step: Callable[[Any, int, int], Any]) -> Callable[..., None]:
    number = st.integers(0, 2000)

    @settings(
        max_examples=3000, deadline=None, database=None, derandomize=False, suppress_health_check=list(HealthCheck)
    )
    @given(st.integers(0, len(roots) - 1), st.lists(st.tuples(number, number), min_size=1, max_size=8))
    @example(0, [(0, 0)])
    def walk(root: int, path: list[tuple[int, int]]) -> None:
        here, said = roots[root], [repr(roots[root])[:60]]
        for how, pick in path:
            try:
                here = _patiently(step, here, how, pick)
            except BaseException:
                return
            said.append(repr(type(here)))
            assert not forbidden(here), f"{forbidden(here)} by {' → '.join(said)}"

    return walk


def _patiently(step: Callable[[Any, int, int], Any], *arguments: Any) -> Any:
    """An alarm ends what waits for ever: a lock that was taken, a queue that stays empty."""
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        return step(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def wake(number: int, frame: object) -> None:
    raise TimeoutError


def main() -> None:
    signal.signal(signal.SIGALRM, wake)
    with tempfile.TemporaryDirectory() as folder:
        machine = machine_in(Path(folder))
        if sys.argv[1:] == ["plain"]:
            roots, step = plain_roots()
        else:
            roots, step = restricted_roots(machine)
        walker(roots, step)()


def restricted_roots(machine: Machine) -> tuple[list[Any], Any]:
    app = machine.load("app")
    return [*app.ROOTS, *_loaded(machine.load)], app.step


def plain_roots() -> tuple[list[Any], Any]:
    app = sys.modules["app"] = ModuleType("app")  # dataclasses look there
    exec(APP, vars(app))  # noqa: S102  # this file's own text
    return [*app.ROOTS, *_loaded(importlib.import_module)], app.step


def _loaded(load: Callable[[str], Any]) -> Iterator[Any]:
    for name in sorted(SAFE):
        try:
            yield load(name)
        except ImportError:
            continue  # not in this version of Python


if __name__ == "__main__":
    main()
