"""What the lists of a request have passed over, named in a header of its answer. Used by ``auth_middleware.py``."""

from __future__ import annotations

from urllib.parse import quote

from vaas.framework.serving.asgi import Message, Send
from vaas.platform.records.documents import PASSED_OVER

BROKEN = b"x-vaas-broken"
"""The keys of documents that a list has passed over because they cannot be read: percent-encoded, parted by commas."""
MOST_NAMED, MOST_BYTES = 20, 4096
"""In that header; ``GET /api/v1/broken`` has all."""


def naming_broken(send: Send) -> Send:
    """For the rest of this task: what its lists pass over is named where its answer begins."""
    noted: dict[str, str] = {}
    PASSED_OVER.set(noted)

    async def sending(message: Message) -> None:
        if noted and message["type"] == "http.response.start":
            named = b",".join(quote(key, safe="/").encode() for key in sorted(noted)[:MOST_NAMED])
            message = {**message, "headers": [*message["headers"], (BROKEN, named[:MOST_BYTES])]}
        await send(message)

    return sending
