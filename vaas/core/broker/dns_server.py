"""The name server of one host: answers for granted names, and says of all others that they do not exist.

It speaks over one end of a socket pair that took the place of the host's connection to port 53. Started by
``broker.py``; the messages are in ``dns.py``.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from vaas.core.broker import dns
from vaas.core.broker.grants import Grants, normal
from vaas.core.broker.names import Names, Unresolved

AT_ONCE = 8
"""Questions of one connection under way; the C library asks two."""


async def serve(ours: socket.socket, grants: Grants, names: Names, remark: Callable[[str], object]) -> None:
    """Until the host closes its end, or sends what is no question."""
    reader, writer = await asyncio.open_connection(sock=ours)
    room = asyncio.Semaphore(AT_ONCE)

    async def reply(question: dns.Question) -> None:
        message = await answer(question, grants, names, remark)
        writer.write(dns.LENGTH.pack(len(message)) + message)
        await writer.drain()
        room.release()

    try:
        async with asyncio.TaskGroup() as replies:
            while await room.acquire():
                (size,) = dns.LENGTH.unpack(await reader.readexactly(dns.LENGTH.size))
                replies.create_task(reply(dns.parse(await reader.readexactly(size))))
    except* (EOFError, dns.BadQuestion, ConnectionError):
        pass
    finally:
        writer.close()


async def answer(question: dns.Question, grants: Grants, names: Names, remark: Callable[[str], object]) -> bytes:
    """The message to send."""
    name = normal(question.name)
    if not grants.answers(name):
        ask = f'ask for it in vaas.toml: net = ["{name}:PORT"]'
        remark(f"looking up {name}, which [permissions] net does not name; {ask}")
        return dns.answer(question, error=dns.NO_SUCH_NAME)
    try:
        addresses = await names.now(name)
    except Unresolved as error:
        remark(str(error))
        return dns.answer(question, error=dns.SERVER_FAILED)
    return dns.answer(question, addresses, dns.NO_ERROR if addresses else dns.NO_SUCH_NAME)
