"""A log of any length is read a piece at a time: the same lines, and nothing long on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.slow_callbacks import watching
from vaas.platform.logs import history
from vaas.platform.logs.files import Line, LogFiles, Part, decode, encode


def line(number: int, text: str, level: str = "info") -> bytes:
    return encode(Line(1.0, "v1", number, "r1", "stdout", level, text))


def read(parts: list[Part], wanted: Callable[[Line], bool], limit: int | None = None, begin: float = 0.0) -> list[int]:
    async def main() -> list[int]:
        return [
            decode(raw).worker
            async for some in history.read(asyncio.Lock(), parts, wanted, begin, limit)
            for raw in some
        ]

    return asyncio.run(main())


def written(folder: Path, lines: list[bytes], limit: int) -> list[Part]:
    files = LogFiles(folder / "shop", limit)
    files.write(lines)
    files.close()
    return files.parts()


@given(
    texts=st.lists(st.text(max_size=30), max_size=40),
    limit=st.none() | st.integers(0, 50),
    piece=st.sampled_from([150, 200, 400, 128 * 1024]),
    per_file=st.sampled_from([500, 2000, 10_000]),
)
def test_the_newest_that_are_wanted_come_in_order_whatever_the_pieces(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], limit: int | None, piece: int, per_file: int
) -> None:
    parts = written(tmp_path_factory.mktemp("logs"), [line(n, text) for n, text in enumerate(texts)], per_file * 4)
    wanted = read(parts, lambda each: "a" not in each.text)
    all_of_them = [n for n, text in enumerate(texts) if "a" not in text]
    assert wanted == all_of_them[len(all_of_them) - len(wanted) :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "PIECE", max(piece, *(len(line(n, text)) + 1 for n, text in enumerate(texts)), 1))
        found = read(parts, lambda each: "a" not in each.text, limit)
    assert found == (wanted if limit is None else wanted[max(0, len(wanted) - limit) :])


def test_what_is_no_line_of_ours_is_passed_over_however_long(tmp_path: Path) -> None:
    (part,) = written(tmp_path, [line(1, "one"), b"x" * (3 * history.PIECE), line(2, "two")], 1 << 24)
    assert read([part], lambda _: True) == [1, 2]


def test_a_file_that_makes_room_meanwhile_has_no_more_lines(tmp_path: Path) -> None:
    parts = written(tmp_path, [line(n, "x" * 1000) for n in range(1000)], 1 << 24)

    async def main() -> int:
        found = 0
        async for some in history.read(asyncio.Lock(), parts, lambda _: True, 0.0, None):
            found += len(some)
            parts[0].path.unlink(missing_ok=True)
        return found

    assert 0 < asyncio.run(main()) < 1000


def test_what_was_last_written_before_the_time_that_is_asked_for_is_not_opened(tmp_path: Path) -> None:
    (part,) = written(tmp_path, [line(1, "one")], 1 << 24)
    assert read([part._replace(path=tmp_path / "no file")], lambda _: True, begin=part.written + 1) == []


@pytest.mark.parametrize("limit", [None, 10, 50_000])
@pytest.mark.parametrize("text", ["x", "x" * 100, "\x01" * 16_000])
def test_a_log_of_megabytes_takes_no_long_turn(tmp_path: Path, limit: int | None, text: str) -> None:
    data = line(1, text)
    parts = written(tmp_path, [data] * (14_000_000 // len(data)), 16 << 20)
    with watching() as watch:
        assert len(read(parts, lambda _: True, limit)) > 0
    watch.check()
