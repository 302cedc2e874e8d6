"""Apps that take all they can get: each is held by a named limit, says so, and harms nobody. Real hosts."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest
from msgspec import Raw

from tests.core.pool.benches import Bench, ask, fetch
from tests.core.pool.busy import ask_until_answered, busy
from vaas.core.pool.calls.pending_call import AwaitedCall
from vaas.core.pool.errors import HostGone, HostOverLimit
from vaas.core.pool.hosts.rate_limiter import BURST
from vaas.core.pool.pool import Pool
from vaas.framework.http.wire_heads import HttpHead, decode_http_reply, encode

MB = 1024 * 1024
RATE = 500
"""Lines a second."""
GREEDY = dedent(
    """
    import asyncio
    import ctypes
    import os
    import sys
    import threading
    import time
    import vaas

    HOARD = []

    def fill(path):
        with open(path, "wb") as file:
            while True:
                file.write(b"x" * (1 << 20))

    @vaas.app
    class Greedy:
        @vaas.rpc
        async def pid(self) -> int:
            return os.getpid()

        @vaas.get("/allocate")
        def allocate(self):
            while True:
                HOARD.append(bytearray(1 << 20))

        @vaas.get("/allocate-once")
        def allocate_once(self):
            bytearray(1 << 40)

        @vaas.get("/swallow")
        def swallow(self):
            while True:
                try:
                    HOARD.append(bytearray(1 << 20))
                except MemoryError:
                    pass

        @vaas.get("/die-of-it")
        def die_of_it(self):
            try:
                while True:
                    HOARD.append(b"x" * (1 << 20))
            except MemoryError:
                os.abort()

        @vaas.get("/hold")
        def hold(self):
            try:
                while True:
                    HOARD.append(bytearray(1 << 20))
            except MemoryError:
                print("full")
                time.sleep(20)

        @vaas.get("/threads")
        def threads(self):
            threading.stack_size(65536)
            while True:
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

        @vaas.get("/descriptors")
        def descriptors(self):
            while True:
                HOARD.append(os.dup(1))

        @vaas.get("/fill")
        def fill(self):
            fill("/data/big")

        @vaas.get("/fill-tmp")
        def fill_tmp(self):
            fill("/tmp/big")

        @vaas.get("/fill-with-many")
        def fill_with_many(self):
            for number in range(1_000_000):
                with open(f"/data/{number}", "wb") as file:
                    file.write(b"x" * (1 << 20))

        @vaas.get("/write")
        def write(self):
            with open("/data/small", "w") as file:
                file.write("small")

        @vaas.get("/clear")
        def clear(self):
            for name in os.listdir("/data"):
                os.remove(f"/data/{name}")

        @vaas.get("/crash")
        def crash(self):
            ctypes.string_at(0)

        @vaas.get("/flood")
        def flood(self):
            for number in range(15_000):
                print("line", number)

        @vaas.get("/line")
        def line(self):
            print("one more")

        @vaas.get("/flood-errors")
        def flood_errors(self):
            for _ in range(20):
                os.write(2, b"x\\n" * 32768)
    """
)


async def answer(pool: Pool, path: str) -> tuple[int, str]:
    """The status, and the detail if it is a problem."""
    reply = await fetch(pool, path)
    return decode_http_reply(reply.head).status, msgspec.json.decode(reply.body).get("detail", "") if reply.body else ""


async def outcome(pool: Pool, path: str) -> str:
    """What the caller is told of a failure."""
    try:
        status, detail = await answer(pool, path)
    except HostGone as gone:
        return str(gone)
    assert status == 500
    return detail


def plain_call(path: str) -> AwaitedCall:
    """Of a plain ``def``, which gets a worker of its own."""
    call = AwaitedCall("http", Raw(encode(HttpHead("GET", path, b"", [], "", "http", None, None))), b"", "")
    call.handler = path
    return call


def said(bench: Bench, words: str) -> bool:
    return any(words in line.text for line in bench.lines)


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/allocate", "limits.memory = 64MB"),
        ("/allocate-once", "limits.memory = 64MB"),
        ("/threads", "limits.threads = 40"),
        ("/descriptors", "limits.files = 80"),
        ("/fill", "limits.disk = 8MB"),
        ("/fill-tmp", "limits.disk = 8MB"),
    ],
)
def test_an_app_that_takes_without_end_meets_a_limit_that_is_named_in_the_answer_or_the_log(run, path, limit):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY, memory=64 * MB, threads=40, files=80, disk=8 * MB)
        assert limit in await outcome(pool, path)
        assert said(bench, limit)
        assert await ask(pool, "pid")

    run(play)


@pytest.mark.parametrize("path", ["/swallow", "/die-of-it"])
def test_a_host_that_is_full_is_replaced_and_reported_as_out_of_memory(run, path):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY, memory=64 * MB, timeout=3.0)  # to be full by then, on a busy machine too
        pid = await ask_until_answered(pool, "pid")
        with pytest.raises(Exception, match=r"limits\.timeout|out of memory: .* of limits\.memory = 64MB"):
            await fetch(pool, path)
        while await ask_until_answered(pool, "pid") == pid:
            await tick()
        assert said(bench, "out of memory: ")
        assert said(bench, "of limits.memory = 64MB")

    run(play)


@pytest.mark.untraced
def test_a_host_that_has_no_memory_for_its_own_thread_is_reported_with_the_limit(run):
    """The second call needs a second worker, whose thread has a stack."""

    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY, memory=128 * MB, workers=2, hosts=1)
        await pool.warm()
        holding, second = plain_call("/hold"), plain_call("/line")
        pool.submit(holding)
        while not said(bench, "full"):
            await tick()
        pool.submit(second)
        with pytest.raises(HostOverLimit, match=r"limits\.threads = 256, or limits\.memory = 128MB, for their st"):
            await holding.answer
        assert decode_http_reply((await second.answer).head).status == 204

    run(play)


def test_a_host_that_stays_full_after_a_call_is_replaced_by_a_fresh_one(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY, memory=64 * MB)
        pid = await ask(pool, "pid")
        assert (await answer(pool, "/allocate"))[0] == 500
        while await ask(pool, "pid") == pid:
            await tick()
        assert said(bench, "The process was replaced by a fresh one")

    run(play)


def test_an_app_over_its_disk_can_delete_and_then_write_again(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY, disk=8 * MB)
        await pool.warm()
        status, detail = await answer(pool, "/fill-with-many")
        assert (status, "limits.disk = 8MB" in detail) == (500, True), detail
        assert said(bench, "of limits.disk = 8MB")
        assert "limits.disk" in (await answer(pool, "/write"))[1]
        assert (await answer(pool, "/clear"))[0] == 204
        while (await answer(pool, "/write"))[0] != 204:
            await tick()

    run(play)


def test_a_segfault_fails_its_calls_alone_and_the_next_call_is_served(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY)
        await pool.warm()
        with pytest.raises(HostGone, match="SIGSEGV"):
            await fetch(pool, "/crash")
        assert await ask(pool, "pid")

    run(play)


def test_crashes_one_after_the_other_back_off_and_say_so(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY)
        for _ in range(10):
            with pytest.raises(HostGone):
                await fetch(pool, "/crash")
        with pytest.raises(Exception, match=r"tried again in \d+ s.*SIGSEGV"):
            await fetch(pool, "/crash")

    run(play)


@pytest.mark.alone(reason="it measures how long the node's loop is held up")
@pytest.mark.parametrize("path", ["/flood", "/flood-errors"])
def test_a_flood_of_lines_is_bounded_counted_and_leaves_the_node_its_time(run, path):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY, workers=1, lines=RATE)
        await pool.warm()
        longest, loop = 0.0, asyncio.get_running_loop()
        flood, start = asyncio.create_task(fetch(pool, path)), loop.time()
        while not flood.done():
            began = loop.time()
            await asyncio.sleep(0)
            longest = max(longest, loop.time() - began)
        await flood
        assert longest < 0.1 * busy()
        assert len(bench.lines) < 2 * BURST * RATE + 1.1 * RATE * (loop.time() - start)
        async with asyncio.timeout(20):
            while not said(bench, f"lines were dropped: more than limits.lines = {RATE} a second"):
                await fetch(pool, "/line")  # the count is told with the next line that gets through
                await tick()

    run(play)


def test_hosts_go_before_the_node_when_the_system_s_memory_is_short(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(GREEDY)
        pid = await ask(pool, "pid")
        host, node = (int(Path(f"/proc/{who}/oom_score_adj").read_text()) for who in (pid, "self"))
        assert host > node
        assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)

    run(play)


async def tick() -> None:
    loop = asyncio.get_running_loop()
    ticked = loop.create_future()
    loop.call_later(0.05, lambda: ticked.done() or ticked.set_result(None))
    await ticked
