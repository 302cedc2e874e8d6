"""Sessions: the requests that each token has under way: how many there may be, and that they end with their token.

A log that is followed, an upload or a command is authorized when it begins, and may last for hours. So the token of
each request under way is looked at again and again; one that is valid no more ends what it has begun, as if its caller
had gone. Opened by ``auth_middleware.py`` for every request with a token.
"""

from __future__ import annotations

import asyncio

from vaas.core.errors import NotAuthenticated, TooMany, Unavailable, VaasError
from vaas.framework.serving.asgi import Message, Receive, Send
from vaas.platform.auth.tokens import Identity, identify
from vaas.platform.control.problems import answer
from vaas.platform.store.interface import Store

CHECK = 0.5
"""Seconds between two looks at the tokens of what is under way: it ends within a second of its token."""
PER_TOKEN = 96
"""Requests of one token under way at once."""
STREAMS = 64
"""Of these, how many may have an endless answer, so that the token can always do something else."""
SHARED = 192
"""Requests under way of all tokens but those of admins: three quarters of the console's connections
(``node/servers.py``)."""


class TooManyRequests(TooMany):
    """The token "{name}" has {most} requests under way, as many as one token may. Wait until some are answered, or use
    another token."""


class TooManyStreams(TooMany):
    """The token "{name}" has {most} streams open, logs that are followed and commands, as many as one token may. End
    some, or use another token."""


class ShareTaken(Unavailable):
    """{most} requests are under way, and the places that are left are kept for admins. Try again in a moment."""


class TokenChanged(NotAuthenticated):
    """The token "{name}" may do other things than when this began. Ask again."""


class StreamEnded(Exception):
    """An answer breaks off, because the token that it was given to is valid no more."""


class Session:
    """One request with a token."""

    def __init__(self, sessions: Sessions, identity: Identity, text: str) -> None:
        self.identity, self.text = identity, text
        self.is_stream = False
        self.began = asyncio.get_running_loop().time()
        self._sessions = sessions
        self._ended: VaasError | None = None
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._has_begun = self._is_complete = False

    def end(self, why: VaasError) -> None:
        """From now on its caller has gone, to those who answer it."""
        if not self._over.done():
            self._ended = why
            self._over.set_result(None)

    def receiving(self, receive: Receive) -> Receive:
        async def received() -> Message:
            getting = asyncio.ensure_future(receive())
            try:
                await asyncio.wait((getting, self._over), return_when=asyncio.FIRST_COMPLETED)
                return {"type": "http.disconnect"} if self._over.done() else getting.result()
            finally:
                getting.cancel()

        return received

    def sending(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if self._over.done():
                return
            if message["type"] == "http.response.start" and is_endless(message):
                refused = self._sessions.stream(self)
                if refused is not None:
                    self.end(refused)
                    return
            self._has_begun = True
            await send(message)
            self._is_complete = message["type"] == "http.response.body" and not message.get("more_body", False)

        return sent

    async def settle(self, send: Send) -> None:
        """Says why it was ended, if it was before there was an answer. Raises ``StreamEnded`` for one in the middle."""
        if self._ended is None or self._is_complete:
            return
        if self._has_begun:
            raise StreamEnded
        await answer(send, self._ended)


class Sessions:
    """Those of a node."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: set[Session] = set()
        self._looking: asyncio.Task[None] | None = None

    def open(self, identity: Identity, text: str) -> Session:
        """``text``: the token's own. Raises ``TooManyRequests``, ``ShareTaken``."""
        if sum(each.identity.id == identity.id for each in self._open) >= PER_TOKEN:
            raise TooManyRequests(name=identity.name, most=PER_TOKEN)
        if identity.role != "admin" and sum(each.identity.role != "admin" for each in self._open) >= SHARED:
            raise ShareTaken(most=SHARED)
        session = Session(self, identity, text)
        self._open.add(session)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        return session

    def close(self, session: Session) -> None:
        self._open.discard(session)

    def stream(self, session: Session) -> TooManyStreams | None:
        """Counts its answer as one without an end, or says why there may be no more."""
        streams = sum(each.is_stream and each.identity.id == session.identity.id for each in self._open)
        if streams >= STREAMS:
            return TooManyStreams(name=session.identity.name, most=STREAMS)
        session.is_stream = True
        return None

    async def _look(self) -> None:
        while self._open:
            await asyncio.sleep(CHECK)
            since = asyncio.get_running_loop().time() - CHECK  # a shorter one has just been looked at
            lasting = [session for session in self._open if session.began <= since]
            for text in {session.text for session in lasting}:
                await self._look_at(text, [session for session in lasting if session.text == text])
        self._looking = None

    async def _look_at(self, text: str, lasting: list[Session]) -> None:
        ended: VaasError | None = None
        try:
            identity = await identify(self._store, text)
        except Unavailable:
            return  # a store that does not answer says nothing of a token
        except VaasError as error:
            ended = error
        for session in lasting:
            if ended is not None:
                session.end(ended)
            elif identity != session.identity:
                session.end(TokenChanged(name=identity.name))


def is_endless(start: Message) -> bool:
    """Whether the answer that begins so tells no length: it goes on until its source ends."""
    return start["status"] not in (204, 304) and not any(name == b"content-length" for name, _ in start["headers"])
