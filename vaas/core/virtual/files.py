"""The app's file system: three virtual folders, and what the policy adds. Pure translation, then ``open``.

``/app`` is the bundle (read-only), ``/data`` is kept, ``/tmp`` is this machine's own. A path is joined to the
app's working folder, made normal, and looked up by its first component; what results must still lie in the real
folder after every link is followed. At the end: the same
for a whole process, for a host that serves one app alone. Next: ``process.py``.
"""

from __future__ import annotations

import builtins
import errno
import functools
import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Literal, Protocol

from vaas.core.policy import Policy
from vaas.core.words import words

Access = Literal["r", "w"]

# The real ones, taken before ``process_paths`` may replace them: what is translated once stays translated.
_open = io.open
_realpath = os.path.realpath

_VAAS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
"""The folder of this package, which a checkout under /tmp or /app has outside of ``sys.prefix``."""


class Places(Protocol):
    """What ``PathMap.of`` needs of a ``HostSpec``."""

    @property
    def folder(self) -> str: ...
    @property
    def data(self) -> str: ...
    @property
    def tmp(self) -> str: ...
    @property
    def cache(self) -> str: ...
    @property
    def policy(self) -> Policy: ...


@dataclass(frozen=True, slots=True)
class Mount:
    virtual: str
    real: str
    writable: bool


@dataclass(slots=True)
class PathMap:
    """One app's view of the file system. The app's ``os.chdir`` changes ``cwd``."""

    mounts: tuple[Mount, ...]
    cwd: str = "/app"
    """What relative paths start from; empty: the process's own working folder."""
    strict: bool = True
    """Whether a path outside every mount is refused (restricted code), or is a real path (trusted code)."""
    keep: tuple[str, ...] = (sys.prefix, sys.base_prefix, _VAAS)
    """Real folders whose paths are never translated: the interpreter, its libraries and vaas itself."""

    @classmethod
    def of(cls, spec: Places) -> PathMap:
        """What a ``HostSpec`` gives its app's process, whose real working folder is the bundle."""
        paths = cls.make(spec.folder, spec.data, spec.tmp, spec.policy)
        paths.cwd, paths.strict, paths.keep = "", False, (*paths.keep, *([spec.cache] if spec.cache else []))
        return paths

    @classmethod
    def make(cls, folder: str, data: str | None, tmp: str | None, policy: Policy) -> PathMap:
        """The view that a policy gives. ``data`` and ``tmp`` are real folders; None or empty leaves the app without."""
        mounts = [Mount("/app", os.path.abspath(folder), False)]
        mounts += [Mount("/data", os.path.abspath(data), True)] if data else []
        mounts += [Mount("/tmp", os.path.abspath(tmp), True)] if tmp else []
        mounts += [Mount(os.path.normpath(it), os.path.normpath(it), True) for it in policy.permissions.write]
        mounts += [Mount(os.path.normpath(it), os.path.normpath(it), False) for it in policy.permissions.read]
        return cls(tuple(mounts), strict=policy.code == "restricted")

    def real(self, path: str | bytes | os.PathLike[Any], access: Access = "r") -> str:
        """The real path of ``path``. Raises PermissionError, as the kernel would, if it may not be reached."""
        text = os.fsdecode(path)
        if "\0" in text:
            raise ValueError("embedded null byte")
        virtual = os.path.normpath(os.path.join(self.cwd, text))
        mount = self._mount_of(virtual)
        if mount is None:
            if self.strict:
                raise _refused(
                    text, "it lies outside /app, /data and /tmp; ask for it under [permissions] read or write"
                )
            return virtual
        if access == "w" and not mount.writable:
            raise _refused(text, f"{mount.virtual} is read-only; keep files in /data")
        real = _realpath(mount.real + virtual[len(mount.virtual) :])
        if not inside(real, _realpath(mount.real)):
            raise _refused(text, f"its link leads out of {mount.virtual}")
        return real

    def seen(self, real: str) -> str:
        """The virtual path of a real one, or the real one itself if no mount holds it."""
        for mount in self.mounts:
            if inside(real, mount.real):
                return mount.virtual + real[len(mount.real) :]
        return real

    def loose(self, path: Any) -> Any:
        """For code that deals in real paths as well: translates virtual paths, leaves all else as it is."""
        if not isinstance(path, (str, bytes, os.PathLike)):
            return path
        text = os.path.join(self.cwd, os.fsdecode(path))
        if not text.startswith("/") or any(inside(text, it) for it in self._kept()):
            return path
        virtual = os.path.normpath(text)
        mount = self._mount_of(virtual)
        if mount is None:
            return path
        real = mount.real + virtual[len(mount.virtual) :]
        return os.fsencode(real) if isinstance(os.fspath(path), bytes) else real

    def open(self, file: Any, mode: str = "r", *args: Any, **options: Any) -> IO[Any]:
        """``open`` on a virtual path. A restricted app may not open descriptors nor bring its own opener."""
        if not self.strict:
            return _open(self.loose(file), mode, *args, **options)
        if isinstance(file, int) or options.get("opener") is not None or len(args) > 4:
            raise _refused(str(file), "descriptors and openers are not for apps")
        return _open(self.real(file, access_of(mode)), mode, *args, **options)

    def _mount_of(self, virtual: str) -> Mount | None:
        return next((it for it in self.mounts if inside(virtual, it.virtual)), None)

    def _kept(self) -> tuple[str, ...]:
        return (*self.keep, *(it.real for it in self.mounts))


def inside(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or below it, by whole components. Both are normal, absolute paths."""
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")


def access_of(mode: str) -> Access:
    return "w" if set(mode) & set("wax+") else "r"


def _refused(path: str, why: str) -> PermissionError:
    return PermissionError(errno.EACCES, f"not for this app: {why}", path)


ONE_PATH = tuple(
    words(
        """open stat lstat listdir scandir mkdir makedirs rmdir remove unlink chmod utime truncate access readlink
        chdir mkfifo statvfs removexattr listxattr getxattr setxattr chown lchown removedirs"""
    )
)
"""Functions of ``os`` whose first argument is a path."""
TWO_PATHS = ("rename", "replace", "link", "renames")
"""Those whose first two are. A symlink's first is what it says, not a place: only its second is translated."""
_path_functions = {
    name: getattr(os, name) for name in (*ONE_PATH, *TWO_PATHS, "symlink", "getcwd") if hasattr(os, name)
}


def path_functions(paths: PathMap) -> dict[str, Callable[..., Any]]:
    """``os`` functions that understand virtual paths, for code that deals in real ones too, by name."""
    counts = {**dict.fromkeys(ONE_PATH, (0,)), **dict.fromkeys(TWO_PATHS, (0, 1)), "symlink": (1,)}
    found = {
        name: _pathwise(_path_functions[name], at, paths) for name, at in counts.items() if name in _path_functions
    }
    return {**found, "getcwd": lambda: paths.seen(_path_functions["getcwd"]())}


def install_process_paths(paths: PathMap) -> None:
    """Makes this process's own ``os``, ``io.open`` and ``sqlite3`` translate ``/app``, ``/data`` and ``/tmp``.

    Once, by a process that serves one app: pathlib, tempfile, shutil and third-party packages follow, since they call
    these. What C code opens by itself is not translated; the kernel layer holds it all the same.
    """
    global _process
    _process = paths
    for name, function in path_functions(paths).items():
        setattr(os, name, function)
    builtins.open = io.open = _pathwise(_open, (0,), paths)
    tempfile = sys.modules.get("tempfile")
    if tempfile is not None:  # imported before, it has kept the real os.unlink: give it the real folder
        vars(tempfile)["tempdir"] = paths.loose("/tmp")
    adopt_databases()


def adopt_databases() -> None:
    """Makes ``sqlite3.connect``, if that module has come by now, translate as well. The importer calls it."""
    for name in ("sqlite3", "sqlite3.dbapi2"):
        module: Any = sys.modules.get(name)
        if _process is not None and module is not None:
            real = getattr(module.connect, "__wrapped__", module.connect)
            module.connect = _pathwise(real, (0,), _process)


_process: PathMap | None = None


def _pathwise(function: Callable[..., Any], at: tuple[int, ...], paths: PathMap) -> Callable[..., Any]:
    """``function`` with the arguments at these places translated."""

    @functools.wraps(function)
    def translated(*args: Any, **options: Any) -> Any:
        return function(*[paths.loose(it) if place in at else it for place, it in enumerate(args)], **options)

    return translated
