"""Shots at a small server: what comes of them is told, whichever end closes; and an attacker keeps to its pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from random import Random
from time import monotonic

import pytest

from tests.hostile.attacker import counted, rounds
from tests.hostile.rights import all_answered, answered, closed_within, no_matter, refused, says, without
from tests.hostile.shooting import fire
from tests.hostile.vocabulary import Answer, Attacker, Rounds, Shot, Tally, World

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine"
SOURCE = "127.0.1.1"
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(speak: Speak) -> AsyncIterator[World]:
    async def each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await speak(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(each, "127.0.0.1", 0) as listening:
        address = listening.sockets[0].getsockname()
        yield World(address, address, "", "", "")


def shoot(speak: Speak, *shots: Shot) -> list[Answer]:
    async def all_of_it() -> list[Answer]:
        async with server(speak) as world:
            return await fire(shots, world, SOURCE)

    return asyncio.run(all_of_it())


async def answer_and_stay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(1000):
        writer.write(OK)


async def answer_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1000)
    writer.write(b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def test_an_answer_is_read_whole_and_the_connection_then_left():
    [answer] = shoot(answer_and_stay, Shot("gateway", (b"GET / HTTP/1.1\r\n\r\n",), no_matter))
    assert (answer.statuses, answer.bodies, answer.closed) == ((200,), (b"fine",), None)
    assert says(b"fine")(answer) == ""
    assert answered(404)(answer)


def test_several_answers_on_one_connection_are_told_in_their_order():
    pieces = (b"GET /a HTTP/1.1\r\n\r\n", b"GET /b HTTP/1.1\r\n\r\n")
    [answer] = shoot(answer_and_stay, Shot("gateway", pieces, no_matter, gap=0.05, answers=2))
    assert all_answered(2, 200)(answer) == ""
    assert all_answered(3, 200)(answer)


def test_the_other_end_that_closes_is_told_with_the_time():
    [answer] = shoot(answer_and_close, Shot("console", (b"POST",), closed_within(2.0, 408), answers=0))
    assert closed_within(2.0, 408)(answer) == ""
    assert closed_within(0.0, 408)(answer)
    assert closed_within(2.0, 400)(answer)
    assert refused(answer) == ""


def test_a_server_that_says_nothing_is_left_in_time():
    began = monotonic()
    [answer] = shoot(say_nothing, Shot("gateway", (b"GET / HTTP/1.1\r\n",), no_matter, stay=0.2))
    assert 0.2 <= monotonic() - began < 5
    assert (answer.statuses, answer.closed, answer.status) == ((), None, 0)
    assert refused(answer)


def test_what_is_no_http_is_told():
    async def garble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\x01 what?\r\n\r\n")

    [answer] = shoot(garble, Shot("gateway", (b"GET",), no_matter, answers=0))
    assert answer.garbled
    assert no_matter(answer)


def test_an_upload_that_the_server_cuts_is_told_with_its_answer():
    shot = Shot("gateway", (b"POST / HTTP/1.1\r\n\r\n", *[b"x" * 100_000] * 200), no_matter, gap=0.001)
    [answer] = shoot(answer_and_close, shot)
    assert answer.sent < 200 * 100_000


def test_an_upload_can_be_left_in_its_midst_by_a_reset():
    seen: list[str] = []
    both = asyncio.Event()

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(1000):
                pass
            seen.append("end")
        except ConnectionResetError:
            seen.append("reset")
        if len(seen) == 2:
            both.set()

    async def all_of_it() -> None:
        async with server(count) as world:
            shots = [
                Shot("gateway", (b"x",), no_matter, answers=0, stay=0.1, resets=resets) for resets in (True, False)
            ]
            await fire(shots, world, SOURCE)
            await both.wait()

    asyncio.run(all_of_it())
    assert sorted(seen) == ["end", "reset"]


def test_who_is_turned_away_for_want_of_a_place_is_neither_right_nor_wrong():
    full = Answer((503,), (b'{"code":"too-many-connections"}',))
    shot = Shot("gateway", (b"",), answered(200))
    assert counted(Tally("x"), [shot, shot], [full, Answer(closed=0.1)]) == Tally("x", shots=2, turned_away=2)
    assert counted(Tally("x"), [shot], [Answer((503,), (b"no",))]).wrongs == 1
    assert counted(Tally("x"), [shot], [Answer()]).wrongs == 1


def test_words_that_must_not_be_told_are_found():
    assert without(b"\x1b")(Answer((400,), (b"a \x1b[31m b",)))
    assert without(b"\x1b")(Answer((400,), (b"a \\x1b b",))) == ""


@pytest.mark.parametrize("rate", [50, 5])
def test_an_attacker_ends_in_time_and_keeps_to_its_rate(rate: float):
    def attack(random: Random, world: World) -> Rounds:
        yield [Shot("gateway", (b"GET / HTTP/1.1\r\n\r\n",), answered(200))]

    async def all_of_it() -> Tally:
        async with server(answer_and_stay) as world:
            return await rounds(Attacker("x", attack, rate), Random(1), world, monotonic() + 0.5, SOURCE)

    began = monotonic()
    tally = asyncio.run(all_of_it())
    assert monotonic() - began < 5
    assert 0 < tally.shots <= 0.5 * rate + 2  # a first one, and one that the last turn just meets
    assert tally.right == tally.shots >= tally.rounds >= tally.shots - 1


def test_rounds_that_are_cut_short_are_closed():
    ended: list[str] = []

    def attack(random: Random, world: World) -> Iterator[list[Shot]]:
        try:
            while True:
                yield [Shot("gateway", (b"GET / HTTP/1.1\r\n\r\n",), answered(200))]
        finally:
            ended.append("closed")

    async def all_of_it() -> Tally:
        async with server(answer_and_stay) as world:
            attacker = Attacker("x", attack, 50)  # type: ignore[arg-type]  # it takes no answers
            return await rounds(attacker, Random(1), world, monotonic() + 0.2, SOURCE)

    assert asyncio.run(all_of_it()).rounds == 0
    assert ended == ["closed"]
