"""Packets with descriptors: what travels from the node to its zygote, and from there to a host (SCM_RIGHTS)."""

from __future__ import annotations

import socket
from array import array

MAX_PACKET = 64 * 1024
"""Bytes in one packet: a name and what one app is granted of the network."""
MAX_HANDLES = 128
"""Descriptors with one packet: half of the kernel's SCM_MAX_FD (253)."""


def send(sock: socket.socket, packet: bytes, handles: list[int]) -> None:
    sock.sendmsg([packet], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", handles))])


def receive(sock: socket.socket) -> tuple[bytes, list[int]] | None:
    """One packet and its descriptors; None when the other end has hung up."""
    try:
        packet, ancillary, _, _ = sock.recvmsg(MAX_PACKET, socket.CMSG_SPACE(MAX_HANDLES * 4))
    except ConnectionResetError:
        return None
    if not packet:
        return None
    handles = array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            handles.frombytes(data[: len(data) - len(data) % handles.itemsize])
    return packet, list(handles)
