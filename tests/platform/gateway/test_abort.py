"""An answer that is broken off is reset, so that what its client has not taken is nobody's memory."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from tests.platform.gateway.served import until
from vaas.platform.gateway.abort import abort


def rest_after_abort(unread: bytes) -> bytes:
    """What a client reads that begins to only after the server has written ``unread`` and aborted."""

    async def scene() -> bytes:
        served: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(lambda _, writer: served.append(writer), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1024)
        await until(lambda: served)
        transport = cast(asyncio.Transport, served[0].transport)
        transport.write(unread)
        assert bool(transport.get_write_buffer_size()) == bool(unread)
        abort(transport)
        try:
            return await reader.read()
        finally:
            writer.transport.abort()
            server.close()
            await server.wait_closed()

    async def bounded() -> bytes:
        async with asyncio.timeout(10):
            return await scene()

    return asyncio.run(bounded())


def test_a_client_that_has_not_read_all_is_reset():
    with pytest.raises(ConnectionResetError):
        rest_after_abort(b"x" * 32_000_000)


def test_a_client_that_is_owed_nothing_sees_an_end():
    assert rest_after_abort(b"") == b""
