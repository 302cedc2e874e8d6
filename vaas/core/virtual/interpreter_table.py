"""The interpreter's own table of modules, which C code reads: it asks the machine for what it does not have itself.

``sys.modules`` is a view (``thread_binding.py``), but C code never looks there: ``pickle`` would find no class of an
app's, and so no cache, queue or pool of processes could hold one. A subclass of ``dict`` may say what is missing
(``__missing__``), and the interpreter's import honours it for a table that is not exactly a dict. So the table in use
is made one of such a class, in place: the interpreter has no call to put another there.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from types import ModuleType
from typing import Any

Find = Callable[[str], ModuleType | None]

_TYPE_AT = ctypes.sizeof(ctypes.c_ssize_t)
"""Bytes from an object's start to its type, after the count of references, in CPython."""


class InterpreterTable(dict[str, Any]):
    """The same memory as a dict: what is there is found as fast as ever."""

    __slots__ = ()
    find: Find

    def __missing__(self, name: str) -> Any:
        own = InterpreterTable.find(name)
        if own is None:
            raise KeyError(name)
        return own


def make_aware(table: dict[str, Any], find: Find) -> None:
    """From now on look-ups by C code find by ``find`` what the table lacks; Python's ``table.get`` does not.

    Nothing happens where the interpreter is not laid out as CPython is."""
    InterpreterTable.find = staticmethod(find)
    place = ctypes.c_void_p.from_address(id(table) + _TYPE_AT)
    if type(table) is dict and place.value == id(dict) and _same_layout():
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(InterpreterTable))
        place.value = id(InterpreterTable)


def _same_layout() -> bool:
    return InterpreterTable.__basicsize__ == dict.__basicsize__ and InterpreterTable.__dictoffset__ == 0
