"""What a host tells outside of calls: frames and lines, from several threads, to a node that may be slow."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.msgpack import Decoder

from tests.core.host.node import HEAD
from vaas.core.host.host_output import HostOutput
from vaas.core.service import current
from vaas.core.wire.codec import FrameReader
from vaas.core.wire.messages import Call, FromHost, LogLine, Pong

decode = Decoder(LogLine).decode


class Ends:
    """A host's output and the node's ends of its sockets."""

    def __init__(self) -> None:
        self.control, control = socket.socketpair()
        self.log, log = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.output = HostOutput(control, log, 1000)
        self._all = (self.control, control, self.log, log)

    def lines(self) -> list[LogLine]:
        """All that have come."""
        lines = []
        self.log.setblocking(False)
        while True:
            try:
                lines.append(decode(self.log.recv(1 << 20)))
            except BlockingIOError:
                return lines

    def close(self) -> None:
        for one in self._all:
            one.close()


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.close()


def test_a_line_says_where_it_comes_from(ends):
    ends.output.console(2)("stderr", "error", "oh")
    (line,) = ends.lines()
    assert line == LogLine(2, "", "stderr", "error", "oh")


def test_text_that_cannot_be_encoded_is_spelled_out(ends):
    ends.output.console(0)("stdout", "info", "a\ud800é")
    assert ends.lines()[0].text == "a\\ud800é"


def test_a_line_carries_the_trace_of_the_call_that_prints_it(ends):
    class Exchange:
        call = Call(1, "kind", HEAD, b"", False, 0.0, "trace-7")

    exchange: Any = Exchange()
    before = current.set(exchange)
    ends.output.console(0)("stdout", "info", "hello")
    current.reset(before)
    assert ends.lines()[0].trace == "trace-7"


def fill(ends: Ends) -> int:
    """Prints until the node's socket is full; how many lines fitted."""
    write = ends.output.console(1)
    count = 0
    while not ends.output._dropped:
        write("stdout", "info", "x" * 1000)
        count += 1
    return count - 1


def test_a_node_that_does_not_read_holds_up_no_one_who_prints(ends):
    fitted = fill(ends)
    ends.output.console(1)("stdout", "info", "lost, too")
    assert len(ends.lines()) == fitted


def test_how_many_lines_were_dropped_is_said_before_the_next_that_is_not(ends):
    fill(ends)
    ends.output.console(1)("stdout", "info", "lost, too")
    ends.lines()
    ends.output.console(1)("stdout", "info", "after")
    notice, after = ends.lines()
    assert (notice.text, notice.level) == (
        *("2 log lines were dropped: more than limits.lines = 1000 a second", "warning"),
    )
    assert after.text == "after"


def test_dropped_lines_are_told_of_once(ends):
    fill(ends)
    ends.lines()
    for _ in range(2):
        ends.output.console(1)("stdout", "info", "after")
    assert [line.text for line in ends.lines()][1:] == ["after", "after"]


def test_a_line_too_many_is_counted_though_the_notice_had_no_room_either(ends):
    fill(ends)
    for _ in range(3):
        ends.output.console(1)("stdout", "info", "lost")
    ends.lines()
    ends.output.console(1)("stdout", "info", "after")
    assert ends.lines()[0].text.startswith("4 log lines")


def test_frames_of_several_threads_arrive_whole(ends):
    threads = [threading.Thread(target=lambda at=at: [ends.output.control(Pong(at))] * 50) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    frames: list[Any] = FrameReader[Any](FromHost).feed(ends.control.recv(1 << 16))
    assert sorted(frame.worker for frame in frames) == [0, 1, 2, 3]
