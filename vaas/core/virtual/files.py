"""The app's file system: three virtual folders, and what the policy adds. Pure translation, then ``open``.

``/app`` is the bundle (read-only), ``/data`` is kept, ``/tmp`` is this machine's own. A path is joined to the
app's working folder, made normal, and looked up by its first component; what results must still lie in the real
folder after every link is followed. Restricted code meets virtual paths everywhere: in errors and names of files too.
Next: ``opening.py``; ``process_paths.py``, the same for code that deals in real paths.
"""

from __future__ import annotations

import errno
import io
import operator
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Literal, Protocol, TypeVar

from vaas.core.policy import Policy
from vaas.core.virtual.opening import folder_of, open_below
from vaas.core.virtual.search_path import VENDOR

Access = Literal["r", "w"]
Result = TypeVar("Result")

# The real ones, taken before ``process_paths`` may replace them: what is translated once stays translated.
_open = io.open
_realpath, _lstat = os.path.realpath, os.lstat

_VAAS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
"""The folder of this package, which a checkout under /tmp or /app has outside of ``sys.prefix``."""


class Places(Protocol):
    """What ``PathMap.of`` needs of a ``HostSpec``."""

    @property
    def folder(self) -> str: ...
    @property
    def packages(self) -> str: ...
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
    resolved: bool = False
    """Whether no link is on the way to ``real``, nor will be."""

    @property
    def root(self) -> str:
        return self.real if self.resolved else _realpath(self.real)


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
        paths = cls.make(spec.folder, spec.data, spec.tmp, spec.policy, spec.packages)
        paths.cwd, paths.strict, paths.keep = "", False, (*paths.keep, *([spec.cache] if spec.cache else []))
        return paths

    @classmethod
    def make(
        cls, folder: str, data: str | None, tmp: str | None, policy: Policy, packages: str | None = None
    ) -> PathMap:
        """The view that a policy gives. ``data`` and ``tmp`` are real folders; None or empty leaves the app without.
        ``packages`` is that of a layer, which lies in no bundle."""
        mounts = [Mount(f"/app/{VENDOR}", _realpath(packages), False, resolved=True)] if packages else []
        mounts += [Mount("/app", _realpath(folder), False, resolved=True)]
        mounts += [Mount("/data", _realpath(data), True, resolved=True)] if data else []
        mounts += [Mount("/tmp", _realpath(tmp), True, resolved=True)] if tmp else []
        mounts += [Mount(os.path.normpath(it), os.path.normpath(it), True) for it in policy.permissions.write]
        mounts += [Mount(os.path.normpath(it), os.path.normpath(it), False) for it in policy.permissions.read]
        return cls(tuple(mounts), strict=policy.code == "restricted")

    @property
    def kernel_s(self) -> bool:
        """Whether the kernel knows all of them by these names, so that there is nothing to translate."""
        return not self.strict and all(it.virtual == it.real for it in self.mounts)

    def absolute(self, path: Any) -> str:
        """The virtual path, from the root on. Nothing is looked at."""
        return os.path.normpath(os.path.join(self.cwd, exact_path(path)))

    def real(self, path: Any, access: Access = "r", *, follow: bool = True) -> str:
        """The real path of ``path``. Raises PermissionError, as the kernel would, if it may not be reached.

        Without ``follow`` it is that of the entry itself, were it a link; to change one, it may not be a mount."""
        return self._found(exact_path(path), access, follow)[1]

    @contextmanager
    def place(self, path: str, access: Access = "r", *, follow: bool = True) -> Iterator[tuple[int, str]]:
        """The open folder of what ``real`` finds, and its name there: what is done by these is done nowhere else.

        No link is on the way any more, so that functions are called with ``follow_symlinks=False``."""
        root, real = self._found(path, access, follow)
        with folder_of(root, real) as found:
            yield found

    def _found(self, text: str, access: Access, follow: bool) -> tuple[str, str]:
        """The real folder of the mount, and the real path."""
        virtual = self.absolute(text)
        mount = self._mount_of(virtual)
        if mount is None:
            if self.strict:
                raise _refused(
                    text, "it lies outside /app, /data and /tmp; ask for it under [permissions] read or write"
                )
            return "/", virtual
        if access == "w" and not mount.writable:
            raise _refused(text, f"{mount.virtual} is read-only; keep files in /data")
        if not follow and virtual == mount.virtual and access == "w":
            raise _refused(text, f"{mount.virtual} itself stays where it is")
        folder, name = os.path.split(virtual) if not follow and virtual != mount.virtual else (virtual, "")
        root = mount.root
        real = _followed(root, folder[len(mount.virtual) :])
        if not inside(real, root):
            raise _refused(text, f"its link leads out of {mount.virtual}")
        return root, os.path.join(real, name) if name else real

    def seen(self, real: str) -> str:
        """The virtual path of a real one, or the real one itself if no mount holds it."""
        for mount in self.mounts:
            for folder in (mount.real, mount.root):
                if inside(real, folder):
                    return mount.virtual + real[len(folder) :]
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

    def open(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> IO[Any]:
        """``open`` on a virtual path. A restricted app may not open descriptors nor bring its own opener."""
        if not self.strict:
            return _open(self.loose(file), mode, buffering, encoding, errors, newline, closefd, opener)
        if isinstance(file, int) or opener is not None:
            raise _refused(str(file), "descriptors and openers are not for apps")
        # All that could run code of the app's comes before the path is looked at.
        said, how, size = exact_path(file), exact_text("mode", mode), operator.index(buffering)
        texts = [None if it is None else exact_text("an argument", it) for it in (encoding, errors, newline)]
        return with_app_paths(
            lambda: open_below(*self._found(said, access_of(how), True), said, how, size, *texts), said
        )

    def _mount_of(self, virtual: str) -> Mount | None:
        return next((it for it in self.mounts if inside(virtual, it.virtual)), None)

    def _kept(self) -> tuple[str, ...]:
        return (*self.keep, *(it.real for it in self.mounts))


def exact_path(path: Any) -> str:
    """The text of a path, asked for once and exactly ``str``: an object or a subclass could answer otherwise later."""
    said = os.fspath(path)
    is_bytes = issubclass(type(said), bytes)
    text = bytes.decode(said, sys.getfilesystemencoding(), "surrogateescape") if is_bytes else str.__str__(said)
    if "\0" in text:
        raise ValueError("embedded null byte")
    os.fsencode(text)  # what cannot be encoded is told of as the app wrote it, and not of a real path later
    return text


def exact_text(what: str, text: Any) -> str:
    """The text. Raises TypeError for a subclass, which could be another text each time it is looked at."""
    if type(text) is not str:
        raise TypeError(f"open(): {what} must be exactly str")
    return text


def with_app_paths(call: Callable[[], Result], *paths: str) -> Result:
    """What ``call`` gives. Its error names these paths, which the app used, and has none of the real one's about it."""
    try:
        return call()
    except OSError as error:
        names = (paths[0], None, paths[1]) if len(paths) > 1 else paths
        failed = type(error)(error.errno, error.strerror, *names)
    raise failed  # and not above, where the real one would be its context


def _followed(root: str, rest: str) -> str:
    """The real path of ``root + rest``, where ``root`` is one already and ``rest`` is normal."""
    path = root.rstrip("/")
    try:
        for part in filter(None, rest.split("/")):
            path = f"{path}/{part}"
            if stat.S_ISLNK(_lstat(path).st_mode):
                return _realpath(root + rest)
    except OSError:  # it is not there, and so no link is
        return root + rest
    return path or "/"


def inside(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or below it, by whole components. Both are normal, absolute paths."""
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")


def access_of(mode: str) -> Access:
    return "w" if set(mode) & set("wax+") else "r"


def _refused(path: str, why: str) -> PermissionError:
    return PermissionError(errno.EACCES, f"not for this app: {why}", path)
