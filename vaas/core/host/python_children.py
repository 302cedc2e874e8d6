"""Python programs that an app starts, by ``subprocess`` or ``multiprocessing``: they find its modules and its packages.

A child that is forked has all that its host has. One that is started anew gets the interpreter alone, so the
environment tells it where the rest is. Used by ``child.py``.
"""

from __future__ import annotations

import os
from types import ModuleType

from vaas.core.spec import HostSpec
from vaas.core.virtual.search_path import VENDOR, project_folders
from vaas.core.virtual.thread_binding import real_modules


def prepare_for_children(spec: HostSpec) -> None:
    """Makes this process one whose children are the app's. ``spec`` names its folders as the kernel knows them.

    What ``multiprocessing`` would run again in a child is the program's main module: the zygote's, and no app's."""
    zygote, modules = real_modules()["__main__"], real_modules()
    modules.setdefault("vaas.core.host.zygote", zygote)
    modules["__main__"] = ModuleType("__main__")
    if spec.policy.permissions.subprocess and spec.policy.code == "trusted":
        os.environ.setdefault("PYTHONPATH", os.pathsep.join(import_path(spec.folder, spec.packages)))


def import_path(folder: str, packages: str = "") -> list[str]:
    """Where the app's modules and packages are, by real paths; ``packages`` is that of a layer."""
    below = [os.path.join(folder, it.lstrip("/").partition("/")[2]) for it in project_folders(folder)]
    return [folder, *below, packages or os.path.join(folder, VENDOR)]
