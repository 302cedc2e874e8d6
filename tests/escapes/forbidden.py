"""What an app must never hold, whoever hands it over. Asked at each step of ``walk.py``."""

from __future__ import annotations

import asyncio
import builtins
import contextvars
import functools
import io
import logging
import operator
import sys
import threading
import typing
from types import CodeType, FrameType, FunctionType, ModuleType, TracebackType
from typing import Any

from vaas.core.restrict.ownership import Mark
from vaas.core.virtual.app_modules import AppLoader, AppModule
from vaas.core.virtual.importer import Importer
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.framework.serving.dispatch import Dispatch
from vaas.framework.serving.public import PublicModule
from vaas.framework.testing.calls import MemoryExchange

SHOWN = (Facade, AppModule, PublicModule)
TOOLS = (
    builtins.eval, builtins.exec, builtins.compile, builtins.open, builtins.__import__, builtins.__build_class__, type,
    io.FileIO, FunctionType, CodeType, ModuleType, asyncio.Future, asyncio.Task, threading.Thread,
    operator.attrgetter, operator.methodcaller, functools.cached_property, functools.singledispatch, typing.ForwardRef,
    object.__getattribute__, object.__setattr__, type.__getattribute__, type.__setattr__, getattr, setattr, vars,
)  # fmt: skip
KINDS: dict[type, str] = {
    FrameType: "a frame",
    CodeType: "code",
    TracebackType: "a traceback",
    asyncio.AbstractEventLoop: "an event loop",
    contextvars.Context: "a context",
    Machine: "the machine",
    Importer: "the importer",
    AppLoader: "a loader",
    Mark: "a mark of own classes",
    Dispatch: "a dispatch",
    MemoryExchange: "an exchange",
    io.TextIOWrapper: "a stream of the process",
}


_GLOBALS = frozenset({"__builtins__", "_getattr_", "__build_class__"})


def forbidden(obj: Any) -> str:
    """What is wrong with an app holding this; empty if nothing is."""
    kind = type(obj)
    for each, what in KINDS.items():
        if issubclass(kind, each) and not (each is io.TextIOWrapper and obj not in (sys.__stdout__, sys.__stderr__)):
            return what
    if kind.__module__.startswith(("vaas.core.host.", "vaas.core.pool.", "vaas.core.broker.")):
        return f"a {kind.__name__} of the platform"
    if issubclass(kind, ModuleType) and not issubclass(kind, SHOWN):
        return f"the module {obj.__name__}"
    if any(obj is it for it in TOOLS):
        return repr(obj)
    if issubclass(kind, type) and issubclass(obj, type) and kind.__module__ != "vaas.core.restrict.safe_type":
        return f"the metaclass {obj.__name__}" if obj.__module__ != "builtins" or obj is type else ""
    if obj is sys.modules or (issubclass(kind, dict) and not _GLOBALS.isdisjoint(dict.keys(obj))):
        return "variables of a module, or the built-in names"
    if isinstance(obj, logging.Logger) and obj.manager is logging.Logger.manager:
        return "a logger of the process"
    return ""
