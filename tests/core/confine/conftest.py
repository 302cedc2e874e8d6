"""A world with a neighbour in it, and processes of their own that try what they can in it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.uids import ORDINARY_UID

BATTERY = Path(__file__).with_name("battery.py")
CHECKOUT = Path(__file__).parents[3]

MB = 1024 * 1024
_whole: dict[tuple[str, int, int | None], Outcomes] = {}
"""What came of the whole battery, by how and as whom it ran: a second each, and several tests look at the same run."""


class Outcomes(msgspec.Struct):
    """What came of each attempt, by its name: ``succeeded`` or the error."""

    refused: str
    """Why the process would not serve; empty if it did."""
    needed: dict[str, str] = {}
    forbidden: dict[str, str] = {}
    granted: dict[str, str] = {}

    @property
    def got_through(self) -> set[str]:
        return {name for name, outcome in self.forbidden.items() if outcome == "succeeded"}

    @property
    def failed(self) -> dict[str, str]:
        return {name: outcome for name, outcome in self.needed.items() if outcome != "succeeded"}

    @property
    def allowed(self) -> set[str]:
        return {name for name, outcome in self.granted.items() if outcome == "succeeded"}


@dataclass
class World:
    """An app's folders beside those of another app, a process that is not its own, a socket that is."""

    root: Path
    owner: int
    """Who runs the platform here: all but an app with an own uid belongs to them."""
    python: str
    kept: socket.socket
    inherited: int
    bystander: int
    abstract: str
    ports: list[socket.socket]
    listeners: list[socket.socket] = field(default_factory=list)

    def run(
        self,
        mode: str,
        *attempts: str,
        uid: int | None = None,
        permissions: dict[str, Any] | None = None,
        system: dict[str, Any] | None = None,
        confinement: dict[str, Any] | None = None,
        names: dict[str, list[str]] | None = None,
        mounted: bool = False,
    ) -> Outcomes:
        """Runs the battery in a fresh process: all attempts, or these; with other capabilities or another plan;
        ``mounted``: in a root of its own."""
        self._prepare(self.owner if uid is None else uid)
        options = {
            "mode": mode,
            "attempts": attempts,
            "root": str(self.root),
            "bystander": self.bystander,
            "kept": self.kept.fileno(),
            "inherited": self.inherited,
            "abstract": self.abstract,
            "uid": uid,
            "permissions": permissions or {},
            "system": system or {},
            "confinement": confinement or {},
            "names": names or {},
            "mounted": mounted,
            "memory": 320 * MB,
            "files": 1024,
            "ports": [listener.getsockname()[1] for listener in self.ports],
        }
        done = subprocess.run(
            [self.python, "-W", "ignore", str(BATTERY), json.dumps(options)],
            capture_output=True,
            text=True,
            timeout=60,
            pass_fds=(self.kept.fileno(), self.inherited),
            cwd="/",
            env=_environment(),
            **_as(self.owner),
        )
        assert done.returncode == 0, done.stderr
        return msgspec.json.decode(done.stdout, type=Outcomes)

    def whole(self, mode: str, uid: int | None = None) -> Outcomes:
        """The whole battery, in no other way than this: run once."""
        key = (mode, self.owner, uid)
        if key not in _whole:
            _whole[key] = self.run(mode, uid=uid)
        return _whole[key]

    def _prepare(self, app: int) -> None:
        for name in ("bundle", "other", "data", "tmp"):
            shutil.rmtree(self.root / name, ignore_errors=True)
            (self.root / name).mkdir()
        (self.root / "bundle/app.py").write_text("# the app\n")
        for name in ("secret", "to-move", "to-delete", "to-truncate", "scratch", "modes", "times"):
            (self.root / "other" / name).write_text("secret")
        self._listen()
        for path in self.root.rglob("*"):
            mine = path.name in ("data", "tmp")
            os.chown(path, app if mine else self.owner, app if mine else self.owner)
        os.chown(self.root, self.owner, self.owner)

    def _listen(self) -> None:
        for listener in self.listeners:
            listener.close()
        stream, datagrams = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        stream.bind(str(self.root / "other/service"))
        stream.listen()
        datagrams.bind(str(self.root / "other/datagrams"))
        self.listeners[:] = [stream, datagrams]


def _environment() -> dict[str, str]:
    packages = [path for path in sys.path if path.endswith("-packages")]
    return {"PYTHONPATH": os.pathsep.join([str(CHECKOUT), *packages]), "PATH": os.environ["PATH"], "HOME": "/"}


def _as(uid: int) -> dict[str, Any]:
    return {} if uid == os.getuid() else {"user": uid, "group": uid, "extra_groups": []}


def _open_to_all(path: str) -> bool:
    place = Path(os.path.realpath(path))
    return all(folder.stat().st_mode & 0o001 for folder in (place, *place.parents))


def _python_for_everybody() -> str:
    """An interpreter of this version that a user who owns nothing can start."""
    system = f"/usr/bin/python{sysconfig.get_python_version()}"
    usable = [each for each in (sys.executable, system) if os.path.exists(each) and _open_to_all(each)]
    if not usable or not _open_to_all(str(CHECKOUT / "vaas")):
        pytest.skip("this interpreter or checkout lies in a folder that other users cannot enter")
    return usable[0]


@pytest.fixture(scope="session")
def run_filter() -> Callable[[bytes, bytes], int]:
    """What the kernel's BPF machine answers: a program, the data it looks at."""
    return _run_filter


def _run_filter(program: bytes, data: bytes) -> int:
    """Only the instructions that vaas uses, by their numbers in linux/bpf_common.h; any other is an error."""
    instructions = list(struct.iter_unpack("=HBBI", program))
    accumulator, place = 0, 0
    while True:
        code, if_true, if_false, constant = instructions[place]
        place += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, constant)
            case 0x54:
                accumulator &= constant
            case 0x05:
                place += constant
            case 0x15:
                place += if_true if accumulator == constant else if_false
            case 0x35:
                place += if_true if accumulator >= constant else if_false
            case 0x06:
                return int(constant)
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    with ExitStack() as stack:
        yield lambda owner=None, python=sys.executable: _world(stack, os.getuid() if owner is None else owner, python)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """As whoever runs the tests."""
    return make_world()


@pytest.fixture
def ordinary_world(make_world: Callable[..., World]) -> World:
    """As a user without any right, who runs the platform too."""
    if os.getuid() != 0:
        return make_world()
    return make_world(owner=ORDINARY_UID, python=_python_for_everybody())


@pytest.fixture
def root_world(make_world: Callable[..., World]) -> World:
    if os.getuid() != 0:
        pytest.skip("own uids need root")
    return make_world()


def _world(stack: ExitStack, owner: int, python: str) -> World:
    root = Path(tempfile.mkdtemp(prefix="vaas-confine-"))
    stack.callback(shutil.rmtree, root)
    root.chmod(0o755)
    kept, far = socket.socketpair()
    echo = threading.Thread(target=_answer_pings, args=(far,))
    echo.start()
    stack.callback(echo.join)
    stack.enter_context(kept)
    inherited = os.open(BATTERY, os.O_RDONLY)
    stack.callback(os.close, inherited)
    bystander = stack.enter_context(subprocess.Popen(["sleep", "120"], **_as(owner)))
    stack.callback(bystander.kill)
    abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
    abstract.bind("")
    abstract.listen()
    name = "\0" + abstract.getsockname().lstrip(b"\0").decode()
    ports = [stack.enter_context(socket.create_server((host, 0))) for host in ("127.0.0.1", "127.0.0.1", "127.0.0.2")]
    world = World(root, owner, python, kept, inherited, bystander.pid, name, ports)
    stack.callback(lambda: [listener.close() for listener in world.listeners])
    return world


def _answer_pings(end: socket.socket) -> None:
    with end:
        while heard := end.recv(64):
            end.sendall(heard)
