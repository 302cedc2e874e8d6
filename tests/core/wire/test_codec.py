"""Frames survive any cutting of the stream, and garbage is named."""

import os
import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from vaas.core.wire.codec import FrameReader, WireGarbage, encode, frame_bytes, read_frame
from vaas.core.wire.messages import MAX_FRAME, Call, Cancel, Credit, Data, Fail, FromWorker, Reply

ids = st.integers(0, 2**40)
heads = st.recursive(st.none() | st.text() | st.integers(-9, 9), st.lists, max_leaves=5).map(lambda v: Raw(encode(v)))
frames = st.one_of(
    st.builds(Call, ids, st.text(), heads, st.binary(), st.booleans(), st.floats(0, 99), st.text()),
    st.builds(Reply, ids, heads, st.binary(), st.booleans()),
    st.builds(Data, ids, st.binary(), st.booleans(), st.booleans()),
    st.builds(Credit, ids, ids),
    st.builds(Cancel, ids, st.text()),
    st.builds(Fail, ids, st.text()),
)


def plain(frame):
    """Comparable: ``Raw`` compares by identity of its buffer's type."""
    return encode(frame)


@given(st.lists(frames), st.lists(st.integers(1, 40), min_size=1))
def test_frames_arrive_whole_however_the_stream_is_cut(sent, cuts):
    stream = b"".join(frame_bytes(frame) for frame in sent)
    reader = FrameReader(FromWorker)
    got, at = [], 0
    while at < len(stream):
        step = cuts[at % len(cuts)]
        got += reader.feed(stream[at : at + step])
        at += step
    assert [plain(frame) for frame in got] == [plain(frame) for frame in sent]


@given(st.binary(min_size=8))
def test_garbage_is_refused_or_waits_but_never_becomes_a_surprise(data):
    try:
        got = FrameReader(FromWorker).feed(data)
    except WireGarbage:
        return
    assert all(isinstance(frame, Call | Reply | Data | Credit | Cancel | Fail) for frame in got)


@pytest.mark.parametrize("frame", [Fail(1, "reason"), Cancel(1, "reason")])
def test_a_frame_with_a_text_that_is_not_utf_8_is_garbage_as_any_other(frame):
    spoilt = frame_bytes(frame).replace(b"reason", b"\xff\xfe\xffson")
    with pytest.raises(WireGarbage, match="utf-8"):
        FrameReader(Cancel | Fail).feed(spoilt)
    reading, writing = os.pipe()
    os.write(writing, spoilt)
    with pytest.raises(WireGarbage, match="utf-8"):
        read_frame(reading, Cancel | Fail)
    os.close(reading)
    os.close(writing)


def test_a_frame_larger_than_the_bound_is_refused_before_it_is_read():
    with pytest.raises(WireGarbage, match=str(MAX_FRAME + 1)):
        FrameReader(FromWorker).feed(struct.pack(">I", MAX_FRAME + 1))


def test_a_frame_of_an_unexpected_kind_is_refused():
    with pytest.raises(WireGarbage):
        FrameReader(Reply).feed(frame_bytes(Cancel(1, "x")))


@pytest.fixture
def written() -> Iterator[Callable[[bytes], int]]:
    """A pipe's reading end, in which these bytes stand before its end."""
    ends: list[int] = []

    def pipe(data: bytes) -> int:
        reading, writing = os.pipe()
        ends.append(reading)
        os.write(writing, data)
        os.close(writing)
        return reading

    yield pipe
    for end in ends:
        os.close(end)


def test_one_frame_is_read_from_a_descriptor_and_what_follows_stays_there(written):
    stream = written(frame_bytes(Cancel(1, "x")) + frame_bytes(Credit(2, 3)))
    assert read_frame(stream, Cancel) == Cancel(1, "x")
    assert read_frame(stream, Credit) == Credit(2, 3)
    assert read_frame(stream, Credit) is None


def test_a_frame_that_breaks_off_is_none(written):
    assert read_frame(written(frame_bytes(Cancel(1, "x"))[:-1]), Cancel) is None


@pytest.mark.parametrize("data", [struct.pack(">I", MAX_FRAME + 1), frame_bytes(Credit(1, 2))])
def test_nor_is_garbage_taken_from_a_descriptor(written, data):
    with pytest.raises(WireGarbage):
        read_frame(written(data), Cancel)


def frame_of(size: int) -> tuple[Cancel, bytes]:
    """One that takes so many bytes, without its length."""
    frame = Cancel(1, "x" * (size - len(encode(Cancel(1, "x" * 2**16))) + 2**16))
    assert len(frame_bytes(frame)) == size + 4
    return frame, frame_bytes(frame)


def test_a_frame_as_large_as_one_may_be_is_taken_from_a_stream():
    frame, data = frame_of(MAX_FRAME)
    assert FrameReader(FromWorker).feed(data) == [frame]


def test_a_frame_as_large_as_one_may_be_is_taken_from_a_descriptor_as_it_comes():
    frame, data = frame_of(MAX_FRAME)
    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor(1) as other:
        sent = other.submit(theirs.sendall, data + frame_bytes(Credit(2, 3)))
        assert read_frame(ours.fileno(), Cancel) == frame
        assert read_frame(ours.fileno(), Credit) == Credit(2, 3)
        sent.result()


def test_a_frame_that_comes_in_pieces_is_read_to_its_end_and_no_further(monkeypatch: pytest.MonkeyPatch, written):
    stream, read = written(frame_bytes(Cancel(1, "xyz")) + frame_bytes(Credit(2, 3))), os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: read(descriptor, min(size, 3)))
    assert read_frame(stream, Cancel) == Cancel(1, "xyz")
    assert read_frame(stream, Credit) == Credit(2, 3)


def test_a_stream_that_ends_with_a_frame_keeps_nothing_and_goes_on():
    reader = FrameReader(FromWorker)
    for _ in range(3):
        assert reader.feed(frame_bytes(Cancel(1, "x"))) == [Cancel(1, "x")]


def test_a_length_that_is_cut_in_every_way_is_read_whole():
    data = frame_bytes(Cancel(1, "x"))
    for cut in range(len(data)):
        reader = FrameReader(FromWorker)
        assert reader.feed(data[:cut]) == []
        assert reader.feed(data[cut:]) == [Cancel(1, "x")]
