"""Descriptors: what joins a node and one host, both ends. The host's travel to it as ``Handles``; ``host_process.py``
keeps ours."""

from __future__ import annotations

import contextlib
import os
import pty
import socket
import termios
from typing import NamedTuple

from vaas.core.host.handles import Handles
from vaas.core.terminal import Terminal


class Descriptors(NamedTuple):
    """The node's ends."""

    control: socket.socket
    workers: list[socket.socket]
    log: socket.socket
    errors: int
    life: int
    """Never written to: the host is killed when it closes."""

    def close(self) -> None:
        """But for ``log`` and ``errors``, which ``output.py`` owns."""
        for sock in (self.control, *self.workers):
            sock.close()
        os.close(self.life)


def make(workers: int) -> tuple[Descriptors, Handles]:
    """Raises OSError, with nothing left open, where this process has too few descriptors."""
    with contextlib.ExitStack() as undo:
        streams = [_pair(undo, socket.SOCK_STREAM) for _ in range(workers + 1)]
        log, its_log = _pair(undo, socket.SOCK_SEQPACKET)
        errors, its_errors = _pipe(undo)
        its_life, life = _pipe(undo)
        undo.pop_all()
    control, *others = [ours for ours, _ in streams]
    its_control, *its_others = [its.detach() for _, its in streams]
    handles = Handles(its_control, its_log.detach(), its_errors, its_life, tuple(its_others))
    return Descriptors(control, others, log, errors, life), handles


class ProgramDescriptors(NamedTuple):
    """The node's ends, of a host that runs one program."""

    control: socket.socket
    stdin: int
    outputs: dict[str, int]
    """By name: a terminal has ``stdout`` alone."""
    life: int
    """Never written to: the host is killed when it closes."""

    def close(self) -> None:
        """But for the streams, which ``program_streams.py`` owns."""
        self.control.close()
        os.close(self.life)


def make_for_program(terminal: Terminal | None = None) -> tuple[ProgramDescriptors, Handles]:
    """Raises OSError, with nothing left open, where this process has too few descriptors."""
    with contextlib.ExitStack() as undo:
        control, its_control = _pair(undo, socket.SOCK_STREAM)
        stdin, outputs, its_streams = _terminal(undo, terminal) if terminal else _pipes(undo)
        its_life, life = _pipe(undo)
        unused = os.open(os.devnull, os.O_WRONLY)  # it has no log but its streams
        undo.callback(os.close, unused)
        errors = os.dup(its_streams[2])
        undo.pop_all()
    handles = Handles(its_control.detach(), unused, errors, its_life, its_streams)
    return ProgramDescriptors(control, stdin, outputs, life), handles


_Streams = tuple[int, dict[str, int], tuple[int, int, int]]
"""Where the node writes, where it reads, and what the program has as 0, 1 and 2."""


def _pipes(undo: contextlib.ExitStack) -> _Streams:
    its_stdin, stdin = _pipe(undo)
    stdout, its_stdout = _pipe(undo)
    stderr, its_stderr = _pipe(undo)
    return stdin, {"stdout": stdout, "stderr": stderr}, (its_stdin, its_stdout, its_stderr)


def _terminal(undo: contextlib.ExitStack, terminal: Terminal) -> _Streams:
    ends = list(pty.openpty())
    for end in ends:
        undo.callback(os.close, end)
    for end in (*ends, ends[1]):
        ends.append(os.dup(end))
        undo.callback(os.close, ends[-1])
    master, first, reading, second, third = ends
    termios.tcsetwinsize(master, (terminal.rows, terminal.columns))
    return master, {"stdout": reading}, (first, second, third)


def _pair(undo: contextlib.ExitStack, kind: int) -> tuple[socket.socket, socket.socket]:
    ours, its = socket.socketpair(socket.AF_UNIX, kind)
    undo.callback(ours.close)
    undo.callback(its.close)
    ours.setblocking(False)
    return ours, its


def _pipe(undo: contextlib.ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        undo.callback(os.close, end)
    return ends
