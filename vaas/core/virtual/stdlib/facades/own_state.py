"""``calendar``, ``mimetypes``, ``ElementTree``, ``struct`` and ``zoneinfo`` for restricted code: what they keep is the
machine's own, or kept by plain keys."""

from __future__ import annotations

import mimetypes
import struct
import zoneinfo
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any
from xml.etree import ElementTree

from vaas.core.media_types import teach
from vaas.core.restrict.plain import plain
from vaas.core.virtual.stdlib.facades.base import Facade, own_names
from vaas.core.virtual.stdlib.facades.element_trees import trees
from vaas.core.virtual.stdlib.facades.selection import names_of, selection
from vaas.core.virtual.stdlib.machine_view import MachineView


def calendar_(machine: MachineView) -> ModuleType:
    """``firstweekday`` and its kin are methods of one calendar, which ``setfirstweekday`` sets."""
    shared, copied = names_of("calendar")
    own = own_names(copied)
    calendar, error = own["firstweekday"].__self__, shared["IllegalWeekdayError"]

    def setfirstweekday(firstweekday: int) -> None:
        if not 0 <= firstweekday <= 6:
            raise error(firstweekday)
        calendar.firstweekday = firstweekday

    return Facade("calendar", {**own, "setfirstweekday": setfirstweekday}, shared=shared)


def mimetypes_(machine: MachineView) -> ModuleType:
    types = mimetypes.MimeTypes()
    teach(types)
    names = ("guess_type", "guess_file_type", "guess_extension", "guess_all_extensions", "add_type")
    methods = {name: getattr(types, name) for name in names if hasattr(types, name)}
    return selection(machine, "mimetypes", **methods)


def tree_(machine: MachineView) -> ModuleType:
    """The functions that read the table of prefixes, made again around a table of the machine's own."""
    space = {**vars(ElementTree), "_namespace_map": dict(ElementTree._namespace_map)}  # type: ignore[attr-defined]
    names = ("register_namespace", "tostring", "tostringlist")
    for name in (*names, "_namespaces"):
        space[name] = _again(getattr(ElementTree, name), space)
    space["ElementTree"] = type(
        "ElementTree", (ElementTree.ElementTree,), {"write": _again(ElementTree.ElementTree.write, space)}
    )
    own = {**{name: space[name] for name in names}, **trees(machine, space["tostring"])}
    return selection(machine, "xml.etree.ElementTree", **own)


def struct_(machine: MachineView) -> ModuleType:
    """The functions keep formats by what these say that they equal."""
    names = ("pack", "pack_into", "unpack", "unpack_from", "iter_unpack", "calcsize")
    return selection(machine, "struct", **{name: _of_a_plain_format(getattr(struct, name)) for name in names})


def _of_a_plain_format(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda format, /, *args, **options: function(plain(format), *args, **options)


def zoneinfo_(machine: MachineView) -> ModuleType:
    """Zones are kept by class, and a class keeps its own."""
    space = {"__module__": "zoneinfo", "__doc__": zoneinfo.ZoneInfo.__doc__}
    return selection(machine, "zoneinfo", ZoneInfo=type("ZoneInfo", (zoneinfo.ZoneInfo,), space))


def _again(function: Any, space: dict[str, Any]) -> Callable[..., Any]:
    made = FunctionType(function.__code__, space, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made
