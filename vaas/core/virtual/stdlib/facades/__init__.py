"""What stands in for real modules, in restricted and in trusted code.

``show`` is asked once per machine and module. Next: ``base.py``, then ``core/virtual/stdlib/trims.py``, then one file
for each module that is more than a selection."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, cast

from vaas.core.virtual.stdlib.safe_modules import SAFE

if TYPE_CHECKING:
    from vaas.core.virtual.machine import Machine

_HERE = "vaas.core.virtual.stdlib.facades"

_TRUSTED = {
    "os": "trusted:os_",
    "os.path": "trusted:os_path",
    "sys": "trusted:sys_",
    "io": "trusted:io_",
    "importlib": "trusted:importlib_",
    "pickle": "safe_pickle:pickle_",
}

SPECIAL = {
    "builtins": "safe_sys:builtins_",
    "os": "safe_os:os_",
    "os.path": "safe_path:os_path",
    "posixpath": "safe_path:os_path",
    "shutil": "safe_shutil:shutil_",
    "sys": "safe_sys:sys_",
    "io": "safe_sys:io_",
    "importlib": "safe_sys:importlib_",
    "calendar": "own_state:calendar_",
    "contextlib": "safe_contextlib:contextlib_",
    "csv": "safe_csv:csv_",
    "gettext": "safe_gettext:gettext_",
    "importlib.resources": "resources:resources_",
    "logging": "safe_logging:logging_",
    "mimetypes": "own_state:mimetypes_",
    "pathlib": "safe_pathlib:pathlib_",
    "struct": "own_state:struct_",
    "tempfile": "safe_tempfile:tempfile_",
    "pickle": "safe_pickle:pickle_",
    "warnings": "safe_warnings:warnings_",
    "typing": "safe_typing:typing_",
    "xml.etree.ElementTree": "own_state:tree_",
    "zoneinfo": "own_state:zoneinfo_",
}
"""Modules that hold something of the app."""


def show(machine: Machine, name: str, real: ModuleType | None) -> ModuleType:
    """What the app of ``machine`` sees under ``name``. ``real`` is given for shared modules, None for our own views."""
    if not machine.restricted:
        return real if real is not None else _builder(_TRUSTED[name])(machine)
    if real is not None:
        from vaas.core.virtual.stdlib.facades.granted import granted_facade

        return granted_facade(machine, real)
    if name in SPECIAL:
        return _builder(SPECIAL[name])(machine)
    from vaas.core.virtual.stdlib.trims import trimmed

    assert name in SAFE, name
    return trimmed(machine, name)


def _builder(place: str) -> Callable[[Machine], ModuleType]:
    module, _, function = place.partition(":")
    return cast("Callable[[Machine], ModuleType]", getattr(importlib.import_module(f"{_HERE}.{module}"), function))
