"""Where this interpreter, its packages and vaas itself lie: what every host must be able to read, and no more.

Not ``sys.path`` as a whole: an editable install puts a checkout there, and beneath it may lie the platform's data.
"""

from __future__ import annotations

import mimetypes
import os
import sys
import sysconfig

import vaas

_INSTALLED = ("site-packages", "dist-packages")


def paths() -> tuple[str, ...]:
    """Folders and files, as real paths, none of them inside another."""
    standard = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    packages = [entry for entry in sys.path if os.path.basename(entry) in _INSTALLED or entry.endswith(".zip")]
    libraries = [os.path.join(sys.base_prefix, "lib"), os.path.join(sys.prefix, "pyvenv.cfg")]
    own = [str(folder) for folder in vaas.__path__]
    return _outermost([*standard, *packages, *libraries, *own, *mimetypes.knownfiles])


def programs() -> tuple[str, ...]:
    """The folders of the interpreter itself, for a host that may start one."""
    return tuple(os.path.dirname(path) for path in (sys.executable, os.path.realpath(sys.executable)))


def _outermost(paths: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted({os.path.realpath(path) for path in paths if os.path.exists(path)}):
        if not any(path.startswith(outer + os.sep) for outer in kept):
            kept.append(path)
    return tuple(kept)
