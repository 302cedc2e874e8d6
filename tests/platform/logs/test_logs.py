from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaas.core.log_line import MAX_LINE
from vaas.core.wire.messages import LogLine
from vaas.platform.gateway.request_ids import RequestIds
from vaas.platform.logs import history
from vaas.platform.logs.files import Line as StoredLine
from vaas.platform.logs.files import LogFiles, Part, decode, encode
from vaas.platform.logs.log_store import BACKLOG, BURST, RATE, Logs

Story = Callable[[Logs], Coroutine[object, object, None]]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tell(
    folder: Path,
    story: Story,
    per_app_bytes: int = 1 << 20,
    clock: Callable[[], float] = time.monotonic,
    **known: Callable[..., Any],
) -> None:
    async def run() -> None:
        logs = Logs(folder, per_app_bytes, clock, **known)
        try:
            async with asyncio.timeout(20):
                await story(logs)
        finally:
            await logs.close()

    asyncio.run(run())


def line(text: str, **fields: Any) -> LogLine:
    known = {"worker": 1, "trace": "r1", "stream": "stdout", "level": "info", **fields}
    return LogLine(text=text, **known)


def append_all(logs: Logs, lines: list[LogLine], app: str = "shop", release: str = "v1") -> None:
    for each in lines:
        logs.append(app, release, each)


async def read(logs: Logs, app: str, **how: Any) -> AsyncGenerator[dict[str, Any], None]:
    """Line by line."""
    async with aclosing(logs.read(app, **how)) as some:  # type: ignore[type-var]
        async for text in some:
            for each in text.splitlines():
                yield json.loads(each)


async def all_of(logs: Logs, app: str = "shop", **how: Any) -> list[dict[str, Any]]:
    async with aclosing(read(logs, app, **how)) as lines:
        return [each async for each in lines]


async def texts(logs: Logs, app: str = "shop", **how: Any) -> list[str]:
    return [each["text"] for each in await all_of(logs, app, **how)]


def test_a_line_is_read_with_its_release_worker_request_stream_and_level(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        logs.append("shop", "v4", line("hello", stream="log", level="warning"))
        assert await all_of(logs) == [
            {
                "time": 1795726800.25,
                "release": "v4",
                "worker": 1,
                "request": "r1",
                "stream": "log",
                "level": "warning",
                "text": "hello",
            }
        ]

    tell(tmp_path, story, now=lambda: 1795726800.25)


def test_lines_come_in_the_order_in_which_they_were_taken_and_each_app_has_its_own(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        append_all(logs, [line(str(n)) for n in range(100)])
        logs.append("blog", "v1", line("other"))
        assert await texts(logs) == [str(n) for n in range(100)]
        assert await texts(logs, "blog") == ["other"]
        assert await texts(logs, "nobody") == []

    tell(tmp_path, story)


def test_lines_outlast_a_restart_and_half_a_line_that_a_crash_left_spoils_nothing(tmp_path: Path) -> None:
    async def before(logs: Logs) -> None:
        logs.append("shop", "v1", line("before"))

    async def after(logs: Logs) -> None:
        logs.append("shop", "v1", line("after"))
        assert await texts(logs) == ["before", "after"]

    tell(tmp_path, before)
    (file,) = (tmp_path / "shop").iterdir()
    file.write_bytes(file.read_bytes() + b'{"time":17')
    tell(tmp_path, after)


def test_grep_since_and_limit_choose_lines(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        append_all(logs, [line("old apple"), line("pear"), line("apple 1"), line("apple 2")])
        assert await texts(logs, grep="apple") == ["old apple", "apple 1", "apple 2"]
        assert await texts(logs, grep="apple", since=10) == ["apple 1", "apple 2"]
        assert await texts(logs, grep="apple", limit=2) == ["apple 1", "apple 2"]
        assert await texts(logs, limit=0) == []
        assert await texts(logs, since=0) == []
        assert await texts(logs, grep=".*") == []

    stamps = iter([time.time() - 50, *[time.time()] * 3])
    tell(tmp_path, story, now=lambda: next(stamps))


def test_the_newest_lines_of_a_limit_come_from_as_many_files_as_it_takes(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        append_all(logs, [line(f"line {n}") for n in range(30)])
        await logs.flush()
        assert len(list((tmp_path / "shop").iterdir())) > 1
        assert await texts(logs, limit=25) == [f"line {n}" for n in range(5, 30)]

    tell(tmp_path, story, per_app_bytes=6000)


def test_text_is_kept_as_it_was_whatever_is_in_it(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        odd = ['{"text":"x"}', "a\nb\r\n", "\x00\x1b[31m", "naïve ☃ 😀", "", "\u2028"]
        append_all(logs, [line(text) for text in odd])
        assert await texts(logs) == odd

    tell(tmp_path, story)


def test_what_a_host_sends_is_bounded(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("x" * (MAX_LINE + 9)))
        [each] = await all_of(logs)
        assert each["text"].startswith("x" * 16_000)
        assert each["text"].endswith(" more characters)")
        assert len(each["text"]) <= MAX_LINE

    tell(tmp_path, story)


def test_a_request_id_that_the_node_never_gave_is_left_out(tmp_path: Path) -> None:
    ids = RequestIds()
    given = ids.next()

    async def story(logs: Logs) -> None:
        append_all(logs, [line("true", trace=given), line("made up", trace="5f3a9c01-1"), line("none", trace="")])
        assert [each["request"] for each in await all_of(logs)] == [given, "", ""]

    tell(tmp_path, story, has_issued=ids.has_issued)


def test_an_apps_files_never_take_more_than_their_share_and_keep_the_newest(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        for batch in range(40):
            append_all(logs, [line(f"{batch}.{n} " + "x" * 50) for n in range(20)])
            await logs.flush()
            assert sum(file.stat().st_size for file in (tmp_path / "shop").iterdir()) <= 20_000
        kept = await texts(logs)
        assert kept[-1].startswith("39.19 ")
        assert len(kept) > 60

    tell(tmp_path, story, per_app_bytes=20_000)


def test_an_app_that_floods_loses_lines_and_its_log_says_how_many(tmp_path: Path) -> None:
    clock = Clock()

    async def story(logs: Logs) -> None:
        flood = [line("x" * 10_000) for _ in range(1000)]
        append_all(logs, flood)
        logs.append("blog", "v1", line("quiet"))
        await logs.flush()
        clock.now = 10
        logs.append("shop", "v1", line("after"))
        *kept, notice, after = await texts(logs)
        dropped = 1000 - len(kept)
        assert 0 < len(kept) * 10_000 <= BURST
        assert dropped > 0
        assert notice == f"{dropped} lines were dropped: an app may log {RATE} bytes a second and {BURST} at once"
        assert after == "after"
        assert await texts(logs, "blog") == ["quiet"]

    tell(tmp_path, story, per_app_bytes=1 << 25, clock=clock)


def test_while_a_flood_lasts_its_notices_are_few(tmp_path: Path) -> None:
    clock = Clock()

    async def story(logs: Logs) -> None:
        for _ in range(300):
            clock.now += 0.01
            append_all(logs, [line("x" * 10_000) for _ in range(20)])
            await logs.flush()
        notices = [text for text in await texts(logs) if "were dropped" in text]
        assert 1 <= len(notices) <= 4

    tell(tmp_path, story, per_app_bytes=1 << 25, clock=clock)


def test_lines_lost_last_are_counted_when_the_node_stops(tmp_path: Path) -> None:
    async def flood(logs: Logs) -> None:
        append_all(logs, [line("x" * 10_000) for _ in range(1000)])

    async def story(logs: Logs) -> None:
        assert "lines were dropped" in (await texts(logs))[-1]

    tell(tmp_path, flood, per_app_bytes=1 << 25, clock=Clock())
    tell(tmp_path, story, per_app_bytes=1 << 25)


def test_a_disk_that_takes_nothing_costs_lines_not_the_node_and_is_told_once_it_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocker = tmp_path / "shop"
    blocker.write_text("a file where the folder should be")

    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("lost"))
        logs.append("blog", "v1", line("kept"))
        await logs.flush()
        assert await texts(logs, "blog") == ["kept"]
        blocker.unlink()
        logs.append("shop", "v1", line("then"))
        notice, then = await texts(logs)
        assert notice.startswith("1 lines were dropped: the disk did not take them")
        assert then == "then"

    tell(tmp_path, story)
    assert caplog.text.count("cannot be written") == 1


def test_appending_waits_for_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    free = threading.Event()
    write = LogFiles.write

    def slow(self: LogFiles, lines: list[bytes]) -> None:
        free.wait(20)
        write(self, lines)

    monkeypatch.setattr(LogFiles, "write", slow)

    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("first"))
        logs._flush()
        append_all(logs, [line(str(n)) for n in range(1000)])
        free.set()
        assert len(await texts(logs)) == 1001

    tell(tmp_path, story)


def test_a_forgotten_app_leaves_nothing_behind_for_the_next_of_its_name(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("secret"))
        await logs.forget("shop")
        await logs.forget("never there")
        assert list(tmp_path.iterdir()) == []
        logs.append("shop", "v1", line("new"))
        assert await texts(logs) == ["new"]

    tell(tmp_path, story)


# --- following ----------------------------------------------------------------------------------------------------


async def take(lines: AsyncIterator[dict[str, Any]], count: int) -> list[str]:
    return [(await anext(lines))["text"] for _ in range(count)]


def test_a_follower_gets_what_was_and_then_what_comes_as_it_comes(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        append_all(logs, [line("1"), line("2")])
        async with aclosing(read(logs, "shop", follow=True)) as lines:
            assert await take(lines, 2) == ["1", "2"]
            waiting = asyncio.create_task(take(lines, 1))
            logs.append("shop", "v1", line("3"))
            assert await waiting == ["3"]

    tell(tmp_path, story)


def test_a_follower_sees_every_line_once_however_its_start_falls_among_writes(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        for start in range(20):
            app = f"app{start}"
            for n in range(start):
                logs.append(app, "v1", line(str(n)))
                if n % 3 == 0:
                    logs._flush()
            async with aclosing(read(logs, app, follow=True)) as lines:
                following = asyncio.create_task(take(lines, 40))
                for n in range(start, 40):
                    logs.append(app, "v1", line(str(n)))
                    if n % 5 == 0:
                        await asyncio.sleep(0)
                        logs._flush()
                assert await following == [str(n) for n in range(40)]

    tell(tmp_path, story)


def test_a_follower_is_filtered_and_limited_here_and_the_limit_is_of_what_was(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        append_all(logs, [line("apple 1"), line("apple 2"), line("pear")])
        async with aclosing(read(logs, "shop", grep="apple", follow=True, limit=1)) as lines:
            assert await take(lines, 1) == ["apple 2"]
            append_all(logs, [line("pear"), line("apple 3"), line("apple 4")])
            assert await take(lines, 2) == ["apple 3", "apple 4"]

    tell(tmp_path, story)


def test_a_slow_follower_loses_the_oldest_and_is_told_how_many(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("first"))
        async with aclosing(read(logs, "shop", follow=True)) as lines:
            assert await take(lines, 1) == ["first"]
            append_all(logs, [line(str(n)) for n in range(BACKLOG + 3)])
            notice, *rest = await take(lines, 3)
            assert notice.startswith("3 lines were left out")
            assert rest == ["3", "4"]

    tell(tmp_path, story)


def test_a_follower_that_leaves_is_forgotten(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("1"))
        async with aclosing(read(logs, "shop", follow=True)) as lines:
            await take(lines, 1)
            assert len(logs._log("shop").followers) == 1
        assert not logs._log("shop").followers

    tell(tmp_path, story)


def test_a_follower_of_a_removed_app_gets_to_its_end_and_nothing_of_the_next_of_its_name(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("old"))
        async with aclosing(read(logs, "shop", follow=True)) as lines:
            assert await take(lines, 1) == ["old"]
            waiting = asyncio.create_task(anext(lines, None))
            await asyncio.sleep(0)
            await logs.forget("shop")
            logs.append("shop", "v1", line("new"))
            assert await waiting is None
        await logs.flush()
        assert logs.names() == {"shop"}

    tell(tmp_path, story)


# --- files --------------------------------------------------------------------------------------------------------


def test_however_many_read_a_log_one_piece_is_under_way_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Else as many threads compete with the event loop for the interpreter, and a turn of it has as many to send."""
    under_way, most = [0], [0]
    read_piece = history.read_piece

    def noting(*words: Any) -> history.Piece:
        under_way[0] += 1
        most.append(under_way[0])
        try:
            time.sleep(0.001)  # long enough for another to begin
            return read_piece(*words)
        finally:
            under_way[0] -= 1

    async def story(logs: Logs) -> None:
        append_all(logs, [line("hello")])
        found = await asyncio.gather(*(all_of(logs) for _ in range(20)))
        assert [len(lines) for lines in found] == [1] * 20

    monkeypatch.setattr(history, "read_piece", noting)
    tell(tmp_path, story)
    assert (len(most), max(most)) == (21, 1)


async def on_disk(parts: list[Part]) -> list[StoredLine]:
    return [
        decode(raw) async for some in history.read(asyncio.Lock(), parts, lambda _: True, 0.0, None) for raw in some
    ]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=60), st.integers(400, 3000))
def test_whatever_is_written_the_files_keep_the_newest_in_order_within_their_bound(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[int, bool]], limit: int
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    files = LogFiles(folder / "shop", limit)
    longest = 0
    for n, (size, reopened) in enumerate(writes):
        data = encode(StoredLine(0.0, "v1", n, "", "", "", "x" * size))
        longest = max(longest, len(data) + 2)
        files.write([data])
        if reopened:
            files.close()
            files = LogFiles(folder / "shop", limit)
    found = [each.worker for each in asyncio.run(on_disk(files.parts()))]
    files.close()
    assert found == list(range(len(writes)))[len(writes) - len(found) :]
    assert sum(part.size for part in files.parts()) <= max(limit, longest) + longest
    assert bool(found) == bool(writes)


def test_files_are_json_lines_for_any_tool(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        logs.append("shop", "v1", line("hello"))

    tell(tmp_path, story)
    assert json.loads((tmp_path / "shop" / "00000001.jsonl").read_text())["text"] == "hello"
    assert os.stat(tmp_path / "shop").st_mode & 0o077 == 0


def test_a_requests_id_finds_all_its_lines_by_grep_and_by_request(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        own = [line("Traceback", trace="r1"), line('  File "app.py"', trace="r1"), line("KeyError", trace="r1")]
        append_all(logs, [line("before", trace="r0"), *own, line("after r1", trace="r2")])
        assert await texts(logs, request="r1") == ["Traceback", '  File "app.py"', "KeyError"]
        assert await texts(logs, grep="r1") == ["Traceback", '  File "app.py"', "KeyError", "after r1"]
        assert await texts(logs, request="r1", grep="KeyError") == ["KeyError"]
        assert await texts(logs, request="r") == []

    tell(tmp_path, story)


def test_what_tracebacks_leave_out_is_shown_to_those_who_ask_for_all(tmp_path: Path) -> None:
    async def story(logs: Logs) -> None:
        append_all(logs, [line("KeyError"), line("all frames", level="trace")])
        assert await texts(logs) == ["KeyError"]
        assert await texts(logs, full=True) == ["KeyError", "all frames"]

    tell(tmp_path, story)
