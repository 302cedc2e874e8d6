"""What lies around an attack: a neighbour with a secret, services of the node, a supervisor, and what must not leak.

An attack knows where all of it is (``target.py`` in its bundle says so): knowing is not reaching. One world for each
way of running; built by ``lab.py``.
"""

from __future__ import annotations

import ctypes
import os
import socket
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.escapes.attack import Attack

APP = """
import asyncio
import vaas
from attack import attack

def called():
    host_secret = "frame-local-secret"
    try:
        return str(attack())
    except BaseException as error:
        return f"{type(error).__name__}: {error}"

@vaas.app
class Lab:
    @vaas.rpc
    async def run(self) -> str:
        return await asyncio.to_thread(called)
"""


@dataclass
class Place:
    """The folders of one attack."""

    root: Path

    @property
    def bundle(self) -> str:
        return str(self.root / "bundle")

    @property
    def data(self) -> str:
        return str(self.root / "data")

    @property
    def tmp(self) -> str:
        return str(self.root / "tmp")

    def give(self, uid: int) -> None:
        """Makes what an app may write to that user's, as a platform does; 0 leaves it."""
        for path in (Path(self.data), *Path(self.data).rglob("*")) if uid else ():
            os.lchown(path, uid, uid)


@dataclass
class World:
    root: Path
    secret: str
    """What stands in the neighbour's file."""
    neighbour_pid: int = 0
    owner: int = 0
    """The user to whom the neighbour's files belong; 0 is whoever tests."""
    supervisor_pid: int = field(default_factory=os.getpid)
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.home = self.root / "neighbour/data"
        self.furnish()
        self.left_open = os.open(self.home / "secret", os.O_RDONLY)
        os.set_inheritable(self.left_open, True)
        self.memory = ctypes.create_string_buffer(self.secret.encode())
        self.stream = self._socket(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self.other = self._socket(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self.datagrams = self._socket(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self.unix_path = str(self.root / "service")
        self.abstract = f"vaas-escapes-{os.getpid()}"
        self._socket(socket.AF_UNIX, socket.SOCK_STREAM, self.unix_path)
        self._socket(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}")

    def furnish(self) -> None:
        """Puts the neighbour's files back: an attack in plain Python may have spoilt them."""
        self.home.mkdir(parents=True, exist_ok=True)
        for name in ("secret", "secret.mo", "to-delete", "to-truncate", "to-move", "to-change"):
            place = self.home / name
            if not place.exists() or place.read_text() != self.secret:
                place.write_text(self.secret)
                place.chmod(0o600)
        with suppress(OSError):  # not on every file system
            os.setxattr(self.home / "secret", "user.note", self.secret.encode())
        for path in (self.home, *self.home.iterdir()) if self.owner else ():
            os.chown(path, self.owner, self.owner)

    def _socket(self, family: int, kind: int, address: object) -> int:
        made = self.stack.enter_context(socket.socket(family, kind))
        made.bind(address)  # type: ignore[arg-type]  # each family has its own form
        if kind == socket.SOCK_STREAM:
            made.listen()
        return made.getsockname()[1] if family == socket.AF_INET else 0

    def facts(self, place: Place, *, virtual: bool) -> str:
        """The text of ``target.py``."""
        told = {
            "APP": "/app" if virtual else place.bundle,
            "DATA": "/data" if virtual else place.data,
            "TMP": "/tmp" if virtual else place.tmp,
            "NEIGHBOUR": str(self.home),
            "NEIGHBOUR_PID": self.neighbour_pid,
            "SUPERVISOR_PID": self.supervisor_pid,
            "SUPERVISOR_MEMORY": ctypes.addressof(self.memory),
            "API_PORT": self.stream,
            "OTHER_PORT": self.other,
            "UDP_PORT": self.datagrams,
            "UNIX_PATH": self.unix_path,
            "ABSTRACT": self.abstract,
        }
        return "".join(f"{name} = {value!r}\n" for name, value in told.items())

    def place(self, attack: Attack, *, virtual: bool) -> Place:
        self.furnish()
        place = Place(self.root / "apps" / attack.name)
        files = {
            "attack.py": attack.text,
            "target.py": self.facts(place, virtual=virtual),
            "app.py": APP,
            **attack.files,
        }
        for name, text in files.items():
            path = place.root / "bundle" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for folder in (place.data, place.tmp):
            Path(folder).mkdir()
        links = Path(place.data, "links")  # left by an earlier release, which was trusted
        links.mkdir()
        links.joinpath("out").symlink_to(self.home)
        return place

    def grants(self, attack: Attack) -> dict[str, tuple[str, ...] | bool]:
        """Its permissions, with the ports of this world."""
        ports = {"API_PORT": self.stream, "OTHER_PORT": self.other}
        return {
            key: value if isinstance(value, bool) else tuple(each.format(**ports) for each in value)
            for key, value in attack.grants.items()
        }

    def close(self) -> None:
        os.close(self.left_open)
        self.stack.close()
