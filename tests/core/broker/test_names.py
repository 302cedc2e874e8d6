"""Names and their addresses over time, with a clock and a resolver of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from vaas.core.broker.names import FRESH, MOST, REMEMBERED, Names, Unresolved


class Play:
    """A resolver that counts, and a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.asked: list[str] = []
        self.answers: dict[str, list[str]] = {}
        self.names = Names(self.resolve, lambda: self.time)

    async def resolve(self, name: str) -> list[str]:
        self.asked.append(name)
        await asyncio.sleep(0)
        if name == "broken.example":
            raise OSError("no way to the resolver")
        return self.answers.get(name, [])

    async def now(self, name: str) -> list[str]:
        return [str(each) for each in await self.names.now(name)]

    def known(self, name: str) -> list[str]:
        return [str(each) for each in self.names.known(name)]


def play(scene: Callable[[Play], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await scene(Play())

    asyncio.run(run())


def test_a_changed_answer_is_taken_and_the_old_one_stays_known_for_a_while() -> None:
    async def scene(play: Play) -> None:
        play.answers["a.example"] = ["192.0.2.1"]
        assert await play.now("a.example") == ["192.0.2.1"]
        play.time += FRESH
        play.answers["a.example"] = ["192.0.2.2"]
        assert await play.now("a.example") == ["192.0.2.2"]
        assert play.known("a.example") == ["192.0.2.1", "192.0.2.2"]
        play.time += REMEMBERED
        assert play.known("a.example") == ["192.0.2.2"]
        play.time += 1
        assert play.known("a.example") == []

    play(scene)


def test_a_name_is_not_asked_for_twice_at_once_nor_again_at_once() -> None:
    async def scene(play: Play) -> None:
        play.answers["a.example"] = ["192.0.2.1"]
        answers = await asyncio.gather(*(play.now("a.example") for _ in range(5)))
        assert answers == [["192.0.2.1"]] * 5
        play.time += FRESH / 2
        assert await play.now("a.example") == ["192.0.2.1"]
        assert play.asked == ["a.example"]

    play(scene)


def test_a_name_that_does_not_exist_has_no_addresses() -> None:
    async def scene(play: Play) -> None:
        assert await play.now("none.example") == []

    play(scene)


def test_a_resolver_that_fails_is_told_and_asked_again() -> None:
    async def scene(play: Play) -> None:
        for _ in range(2):
            with pytest.raises(Unresolved, match="no way to the resolver"):
                await play.now("broken.example")
        assert play.asked == ["broken.example"] * 2

    play(scene)


def test_local_names_ask_nobody() -> None:
    async def scene(play: Play) -> None:
        assert await play.now("localhost") == ["127.0.0.1", "::1"]
        assert play.known("db.localhost") == ["127.0.0.1", "::1"]
        assert play.asked == []

    play(scene)


def test_what_is_remembered_is_bounded() -> None:
    async def scene(play: Play) -> None:
        for number in range(MOST + 1):
            play.answers[f"n{number}"] = ["192.0.2.1"]
            await play.now(f"n{number}")
        assert play.known("n0") == []
        assert play.known("n1") == ["192.0.2.1"]

    play(scene)


def test_an_address_in_ipv6_clothes_and_one_with_a_scope_are_plain() -> None:
    async def scene(play: Play) -> None:
        play.answers["a.example"] = ["::ffff:192.0.2.1", "fe80::1%eth0"]
        assert await play.now("a.example") == ["192.0.2.1", "fe80::1"]

    play(scene)
