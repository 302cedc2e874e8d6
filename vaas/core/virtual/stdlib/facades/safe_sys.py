"""``sys``, ``io``, ``builtins`` and ``importlib`` for restricted code."""

from __future__ import annotations

import io
import sys
from collections import namedtuple
from functools import cache
from types import ModuleType
from typing import Any

from vaas.core.restrict.dunder_readers import concerns_app
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.facades.trusted import importer_of
from vaas.core.virtual.stdlib.machine_view import MachineView

_FACTS = """version version_info api_version hexversion copyright platform maxsize maxunicode byteorder float_info
float_repr_style int_info hash_info thread_info flags stdlib_module_names builtin_module_names dont_write_bytecode
getrecursionlimit getsizeof intern is_finalizing getdefaultencoding getfilesystemencoding getfilesystemencodeerrors
exit"""
_PREFIXES = ("prefix", "base_prefix", "exec_prefix", "base_exec_prefix")
"""Where Python is installed is the node's affair: an app sees what a usual system has."""
_STREAM_TYPES = """StringIO BytesIO TextIOWrapper IOBase RawIOBase TextIOBase BufferedIOBase BufferedReader
BufferedWriter BufferedRandom BufferedRWPair IncrementalNewlineDecoder UnsupportedOperation BlockingIOError
DEFAULT_BUFFER_SIZE text_encoding SEEK_SET SEEK_CUR SEEK_END"""
_STREAMS = ("stdin", "stdout", "stderr")


def sys_(machine: MachineView) -> ModuleType:
    def exc_info() -> tuple[Any, Any, None]:
        error = exception()
        return (None, None, None) if error is None else (type(error), error, None)

    own = {
        "argv": list(machine.argv),
        "path": machine.path,
        "stdin": io.StringIO(),
        "stdout": machine.stdout,
        "stderr": machine.stderr,
        "executable": "",
        "warnoptions": [],
        **dict.fromkeys(_PREFIXES, "/usr"),
        "implementation": _implementation(),
        "exception": exception,
        "exc_info": exc_info,
    }
    facts = {name: getattr(sys, name) for name in _FACTS.split()}
    return Facade("sys", {**facts, **own}, changeable=(*_STREAMS, "argv", "path"))


def exception() -> BaseException | None:
    """The one that the app handles. Its finalizers and callbacks run while libraries handle theirs, too."""
    error = sys.exception()
    return error if error is not None and concerns_app(error) else None


@cache
def _implementation() -> Any:
    """The real one is a namespace that any app may write to."""
    facts = {name: it for name, it in vars(sys.implementation).items() if not name.startswith("_")}
    return namedtuple("implementation", facts)(**facts)


def io_(machine: MachineView) -> ModuleType:
    names = {name: getattr(io, name) for name in _STREAM_TYPES.split()}
    return Facade("io", {**names, "open": machine.open})


def builtins_(machine: MachineView) -> ModuleType:
    """The built-in names that the app has anyway."""
    return Facade("builtins", {name: it for name, it in machine.builtins.items() if not name.startswith("_")})


def importlib_(machine: MachineView) -> ModuleType:
    def submodule(name: str) -> Any:
        return machine.load(f"importlib.{name}") if name in ("resources", "metadata") else None

    names = {"import_module": importer_of(machine), "invalidate_caches": lambda: None}
    return Facade("importlib", names, missing=submodule)
