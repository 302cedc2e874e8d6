"""The descriptors that join a node and a host."""

import itertools
import os
import resource

import pytest

from vaas.core.pool.hosts import descriptors


def open_descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


def test_both_ends_are_there_and_closing_ours_closes_all_but_the_output():
    before = open_descriptors()
    ours, handles = descriptors.make(2)
    assert len(handles.workers) == len(ours.workers) == 2
    os.write(handles.errors, b"words")
    assert os.read(ours.errors, 10) == b"words"
    for descriptor in handles.flat():
        os.close(descriptor)
    ours.close()
    ours.log.close()
    os.close(ours.errors)
    assert open_descriptors() == before


@pytest.mark.parametrize("room", range(12))
def test_where_there_are_too_few_descriptors_none_is_left_open(room: int):
    before = open_descriptors()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = (number for number in range(soft) if str(number) not in before)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next(itertools.islice(free, room, None)), hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            descriptors.make(20)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert open_descriptors() == before
