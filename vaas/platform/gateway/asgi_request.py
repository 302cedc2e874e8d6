"""A request by way of ASGI, between the server and its ``StreamedCall``: its body in chunks, its answer part by part.

``asgi_path.py`` calls ``answer`` once the call has its pool, and ``send_refusal`` or ``refuse_upload`` if it has none.
The server's own task passes on the answer; it starts another for the body, and ends it when it ends itself.
What the parts are: ``streams.py``."""

from __future__ import annotations

import asyncio
import contextlib

from vaas.core.errors import VaasError
from vaas.core.pool.pool import Pool
from vaas.core.wire.messages import CHUNK, HUNG_UP, Data, Reply
from vaas.framework.http.problem_pages import as_asked, headers_of
from vaas.framework.http.problems import Problem
from vaas.platform.gateway.asgi_types import CLIENT, Client, Receive, Scope, Send
from vaas.platform.gateway.cookie_paths import headers_within, root_of
from vaas.platform.gateway.resolve import header, too_large
from vaas.platform.gateway.responses import refusal_of, render_asgi
from vaas.platform.gateway.streams import StreamedCall

LINGER = 2.0
"""Seconds for which the rest of a refused upload is read, as nginx's lingering_timeout is 5."""
CONTINUE = "100-continue"


class BodyTooLarge(Exception):
    """The client has sent more than the app's limit."""


async def answer(call: StreamedCall, pool: Pool, scope: Scope, receive: Receive, send: Send, *, debug: bool) -> None:
    """Returns when the answer is complete or the client has gone; the upload does not outlive it."""
    pool.submit(call)
    client: Client = scope[CLIENT]
    limit = pool.spec.policy.limits.body
    waits = header(scope["headers"], b"expect").lower() == CONTINUE
    upload = asyncio.create_task(_upload(call, receive, limit, waits=waits))
    client.on_gone = lambda: _on_gone(call, upload, waits=waits)
    if not call.call_id:
        client.watch(lambda: not call.call_id)
    sent = Sent(send, call)
    try:
        await _download(call, upload, sent)
    except BodyTooLarge:
        await sent.refuse(too_large(limit, call.trace), receive)
    except VaasError as error:
        await sent.refuse(refusal_of(error, call.trace, debug))
    finally:
        client.on_gone = None
        upload.cancel()
        call.abandon(HUNG_UP)


def _on_gone(call: StreamedCall, upload: asyncio.Task[None], *, waits: bool) -> None:
    """The upload learns of it by itself, and passes on first what it has; but not while it waits for something else."""
    if not call.call_id or (waits and not call.asked.is_set()):
        upload.cancel()


async def _upload(call: StreamedCall, receive: Receive, limit: int, *, waits: bool) -> None:
    """The request's body to the worker, then waits for the client's going away. Raises ``BodyTooLarge``.

    ``waits``: the client is to be told to go on first. To ask the server for its body does that; the app asks before.
    """
    if waits:
        await call.asked.wait()
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        size += len(body)
        if size > limit:
            raise BodyTooLarge
        await feed_chunks(call, body, end=not more)
    while (await receive())["type"] != "http.disconnect":
        pass


async def _download(call: StreamedCall, upload: asyncio.Task[None], sent: Sent) -> None:
    """The answer to the client. Ends early, quietly, when the client has gone."""
    while not sent.complete:
        arriving = asyncio.ensure_future(call.next())
        await asyncio.wait([arriving, upload], return_when=asyncio.FIRST_COMPLETED)
        if not arriving.done():
            arriving.cancel()
            if not upload.cancelled():
                upload.result()  # raises BodyTooLarge; else the client has gone
            return
        part = arriving.result()
        await sent.pass_on(part)
        call.consumed(len(part.body if isinstance(part, Reply) else part.data))


async def feed_chunks(call: StreamedCall, data: bytes, *, end: bool) -> None:
    for start in range(0, len(data), CHUNK):
        await call.feed(data[start : start + CHUNK])
    if end:
        await call.feed(b"", end=True)


class Sent:
    """What has been sent of one HTTP answer; what is said next depends on it."""

    def __init__(self, send: Send, call: StreamedCall) -> None:
        self.complete = False
        self._started = False
        self._send = send
        self._call = call

    async def pass_on(self, part: Reply | Data) -> None:
        if isinstance(part, Reply):
            await self._start(part)
            body, self.complete = part.body, not part.more
        else:
            body, self.complete = part.data, part.end
        await self._send({"type": "http.response.body", "body": body, "more_body": not self.complete})

    async def _start(self, reply: Reply) -> None:
        status, headers = render_asgi(reply)
        if any(name == b"set-cookie" for name, _ in headers):
            headers = headers_within(root_of(self._call.pool, self._call.head), headers)
        headers.append((b"x-request-id", self._call.trace.encode()))
        if self._call.set_cookie:
            headers.append((b"set-cookie", self._call.set_cookie))
        self._started = True
        if status >= 500:
            self._call.answered_badly(status)
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def refuse(self, refusal: Problem, receive: Receive | None = None) -> None:
        """Says why there is no answer, or aborts the connection if half of one has been sent. ``receive``: of an upload
        that goes on, which is read for a moment."""
        if self._started:
            raise ConnectionAbortedError(refusal.body.decode())
        refusal = as_asked(refusal, headers_of(self._call.head))
        if refusal.status >= 500:
            self._call.told(refusal.status)
        if receive is not None:
            await refuse_upload(self._send, receive, refusal, self._call.trace)
            return
        headers = [*refusal.headers, (b"connection", b"close")]
        await send_refusal(self._send, refusal._replace(headers=headers), self._call.trace)


async def refuse_upload(send: Send, receive: Receive, refusal: Problem, trace: str) -> None:
    """Refuses, and reads on for a moment before it closes: to close on what a client is still sending would reset the
    connection, and the client would see that instead of the reason."""
    headers = [*refusal.headers, (b"connection", b"close")]
    await send_refusal(send, refusal._replace(headers=headers), trace, more=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (message := await receive())["type"] != "http.disconnect" and message.get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b""})


async def send_refusal(send: Send, refusal: Problem, trace: str, *, more: bool = False) -> None:
    """``more``: it is ended later."""
    length = (b"content-length", str(len(refusal.body)).encode())
    headers = [*refusal.headers, length, (b"x-request-id", trace.encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.body, "more_body": more})
