from __future__ import annotations

import asyncio
import os

import pytest

from vaas.core.pool.zygote.error_output import ErrorOutput


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


async def a_turn() -> None:
    """The loop looks at what can be read once in each of them."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_each_line_is_one_of_the_node_s_log(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        read, write = os.pipe()
        output = ErrorOutput(os.fdopen(read, "rb", 0))
        os.write(write, b"Traceback\n  boom \xff\n")
        await a_turn()
        os.write(write, b"last words")
        output.close()
        output.close()
        os.close(write)

    asyncio.run(story())
    assert said(caplog) == [
        "a process that starts hosts: Traceback",
        "a process that starts hosts:   boom \\xff",
        "a process that starts hosts: last words",
    ]


def test_it_ends_when_no_process_is_left_to_write(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        read, write = os.pipe()
        stream = os.fdopen(read, "rb", 0)
        output = ErrorOutput(stream)
        os.close(write)
        await a_turn()
        assert stream.closed
        output.close()

    asyncio.run(story())
    assert said(caplog) == []
