"""One client's share of the connections of a gateway, whose address counts, and what it is told beyond."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from tests.platform.gateway.served import GET, STREAMED, Answers, Served, play, until, whole
from tests.platform.gateway.test_websocket_protocol import HANDSHAKE, Chat
from vaas.platform.gateway.forwarded import TrustedProxies

NONE = TrustedProxies("")
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def come(served: Served, host: str = "127.0.0.1", sends: bytes = b"") -> Client:
    served.clients.append(await asyncio.open_connection(*served.address, local_addr=(host, 0)))
    reader, writer = served.clients[-1]
    writer.write(sends)
    return reader, writer


def forwarded(sends: bytes, client: str) -> bytes:
    return sends[:-2] + b"x-forwarded-for: " + client.encode() + b"\r\n\r\n"


async def status(client: Client) -> bytes:
    return (await client[0].readline()).split()[1]


def test_a_client_with_its_share_of_requests_is_told_so_and_others_are_served():
    async def scene(served: Served) -> None:
        for n in range(2):
            await come(served, sends=GET)
            await until(lambda n=n: pool.asked == n + 1)
        answer = await (await come(served))[0].read()
        assert answer.startswith(b"HTTP/1.1 429")
        assert b"--connections-per-client = 2" in answer
        assert b"retry-after: 1\r\n" in answer
        await come(served, "127.0.0.2", GET)
        await until(lambda: pool.asked == 3)

    pool = Answers(None)
    play(scene, pool, most=8, trusted=NONE)


def test_a_client_that_trickles_loses_a_place_of_its_own_and_is_told_which_limit_it_met():
    async def scene(served: Served) -> None:
        slow = [await come(served, sends=GET[:9]) for _ in range(2)]
        await until(lambda: sum(each._in_head for each in served.connections) == 2)
        assert await status(await come(served, sends=GET)) == b"200"
        answer = await slow[0][0].read()
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"--connections-per-client = 2" in answer

    play(scene, Answers(b"x"), most=8, trusted=NONE)


def test_websockets_are_of_their_client_s_share():
    async def scene(served: Served) -> None:
        for _ in range(2):
            assert await status(await come(served, sends=HANDSHAKE)) == b"101"
        with suppress(ConnectionResetError):
            assert await status(await come(served, sends=HANDSHAKE)) == b"429"
        assert await status(await come(served, "127.0.0.2", HANDSHAKE)) == b"101"

    play(scene, Chat(), most=8, trusted=NONE)


def test_a_websocket_that_has_closed_leaves_its_place():
    async def scene(served: Served) -> None:
        for _ in range(5):
            _, writer = client = await come(served, sends=HANDSHAKE)
            assert await status(client) == b"101"
            writer.transport.abort()
            await until(lambda: not served.connections)

    play(scene, Chat(), most=4, trusted=NONE)


def test_the_connections_of_a_trusted_proxy_are_not_those_of_one_client():
    async def scene(served: Served) -> None:
        for n in range(8):
            await come(served, sends=GET)
            await until(lambda n=n: pool.asked == n + 1)

    pool = Answers(None)
    play(scene, pool, most=8)


def test_a_websocket_behind_a_trusted_proxy_is_of_the_share_of_the_client_that_it_tells():
    async def scene(served: Served) -> None:
        for client, expected in [("10.0.0.1", b"101")] * 2 + [("10.0.0.1", b"429"), ("10.0.0.2", b"101")]:
            assert await status(await come(served, sends=forwarded(HANDSHAKE, client))) == expected

    play(scene, Chat(), most=8)


def test_what_a_client_says_of_itself_gives_it_no_other_share():
    async def scene(served: Served) -> None:
        for n, expected in enumerate([b"101", b"101", b"429"]):
            with suppress(ConnectionResetError):
                assert await status(await come(served, sends=forwarded(HANDSHAKE, f"10.0.0.{n}"))) == expected

    play(scene, Chat(), most=8, trusted=NONE)


@pytest.mark.parametrize("request_", [GET, STREAMED.partition(b"0")[0]], ids=["fast", "asgi"])
def test_where_all_behind_a_proxy_are_being_answered_what_one_client_has_beyond_its_share_is_cut(request_: bytes):
    async def scene(served: Served) -> None:
        for n in range(8):
            await come(served, sends=forwarded(request_, "10.0.0.1" if n < 6 else "10.0.0.2"))
            await until(lambda n=n: pool.asked == n + 1)
        newcomer = await come(served, sends=forwarded(GET, "10.0.0.3"))
        await until(lambda: pool.asked == 9)
        await until(lambda: len(served.connections) == 5)
        pool.calls[-1].on_reply(whole(b"told"))
        assert await status(newcomer) == b"200"

    pool = Answers(None)
    play(scene, pool, most=8)


def test_where_each_client_behind_a_proxy_has_its_share_the_newcomer_is_turned_away():
    async def scene(served: Served) -> None:
        for n in range(8):
            await come(served, sends=forwarded(GET, f"10.0.0.{n // 2}"))
            await until(lambda n=n: pool.asked == n + 1)
        assert await status(await come(served)) == b"503"
        assert len(served.connections) >= 8

    pool = Answers(None)
    play(scene, pool, most=8)
