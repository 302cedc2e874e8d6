"""The zygote: a small, warm, single-threaded process that hosts are forked from.

It has imported what hosts need and frozen it, so that a host starts in a millisecond and shares its memory. It runs
no app code, holds no secret, and was started with an empty environment. It ends when its node does.
Started by ``core/pool/zygote.py``; each child goes on in ``child.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
from array import array
from typing import NoReturn

from msgspec.msgpack import Decoder

from vaas.core.confine.system import Capabilities, probe
from vaas.core.host.child import run
from vaas.core.host.handles import Handles
from vaas.core.host.rehearsal import prepare, rehearse
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import Exited, Fork, Forked, FromZygote

MAX_PACKET = 192 * 1024
"""Bytes in one packet: below Linux's default socket buffer (net.core.wmem_default, 212992)."""
MAX_HANDLES = 128
"""Descriptors with one packet: half of the kernel's SCM_MAX_FD (253)."""

_decode_fork = Decoder(Fork).decode


def main() -> None:
    arguments = argparse.ArgumentParser(prog="vaas zygote")
    arguments.add_argument("--fd", type=int, required=True)
    arguments.add_argument("--folder", required=True, help="where apps' folders lie")
    arguments.add_argument("--preload", action="append", default=[])
    options = arguments.parse_args()
    rehearse()
    for name in options.preload:
        importlib.import_module(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    node = socket.socket(fileno=options.fd)
    system = probe((options.folder,))
    prepare(system)
    gc.collect()
    gc.freeze()
    serve(node, system)


def serve(node: socket.socket, system: Capabilities) -> None:
    """Forks on request and tells of the dead, until the node hangs up."""
    wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    poll = select.poll()
    poll.register(node.fileno(), select.POLLIN)
    poll.register(wake_read, select.POLLIN)
    while True:
        ready = {fd for fd, _ in poll.poll()}
        if wake_read in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wake_read, 4096)
            reap(node)
        if node.fileno() in ready and not fork_one(node, (wake_read, wake_write), system):
            return


def reap(node: socket.socket) -> None:
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        tell(node, Exited(pid, status, usage.ru_maxrss * 1024))


def fork_one(node: socket.socket, own: tuple[int, int], system: Capabilities) -> bool:
    """Answers one ``Fork``. False when the node has hung up."""
    try:
        packet, ancillary, _, _ = node.recvmsg(MAX_PACKET, socket.CMSG_SPACE(MAX_HANDLES * 4))
    except ConnectionResetError:
        return False
    if not packet:
        return False
    handles = array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            handles.frombytes(data[: len(data) - len(data) % handles.itemsize])
    request = _decode_fork(packet)
    try:
        pid = os.fork()
    except OSError as error:
        tell(node, Forked(request.ticket, 0, str(error)))
        pid = -1
    if pid == 0:
        become_host(node, own, system, bytes(request.spec), Handles.of(list(handles)))
    for handle in handles:
        os.close(handle)
    if pid > 0:
        tell(node, Forked(request.ticket, pid))
    return True


def become_host(
    node: socket.socket, own: tuple[int, int], system: Capabilities, spec: bytes, handles: Handles
) -> NoReturn:
    """The child's side of the fork: never returns into the zygote's loop."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        node.close()
        for descriptor in own:
            os.close(descriptor)
        run(spec, handles, system)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(70)  # EX_SOFTWARE of sysexits.h
    os._exit(0)


def tell(node: socket.socket, message: FromZygote) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        node.send(encode(message))


if __name__ == "__main__":
    main()
