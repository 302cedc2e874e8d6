"""File descriptor passing (SCM_RIGHTS): from the node to its zygote, and from there to a host."""

from __future__ import annotations

import socket
from array import array

MAX_MESSAGE = 64 * 1024
"""Bytes in one message: a name and what one app is granted of the network."""
MAX_HANDLES = 128
"""Descriptors with one message: half of the kernel's SCM_MAX_FD (253)."""


def send(sock: socket.socket, message: bytes, handles: list[int]) -> None:
    sock.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", handles))])


def receive(sock: socket.socket) -> tuple[bytes, list[int]] | None:
    """One message and its descriptors; None when the other end has hung up."""
    try:
        message, ancillary, _, _ = sock.recvmsg(MAX_MESSAGE, socket.CMSG_SPACE(MAX_HANDLES * 4))
    except ConnectionResetError:
        return None
    if not message:
        return None
    handles = array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            handles.frombytes(data[: len(data) - len(data) % handles.itemsize])
    return message, list(handles)
