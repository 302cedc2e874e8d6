"""Calls: a person with a token calls an app's RPC method, as another app would."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

import msgspec

from vaas.core.errors import InvalidInput, TooLarge
from vaas.core.undecodable import UNDECODABLE
from vaas.platform.control.app_state import known_app
from vaas.platform.control.services import Engine
from vaas.platform.records.bounds import CALL
from vaas.platform.store.interface import Store

MAX_TIMEOUT = 300.0
"""Seconds a call may take at most, whatever its caller asks for: it holds a connection of the console open."""


class ArgumentsInvalid(InvalidInput):
    """The arguments of {app}.{method} must be one JSON object, such as {example}: {reason}"""


class ArgumentsTooLarge(TooLarge):
    """The arguments of a call have {most} at most. Send what is larger to a route of the app."""


class TimeoutInvalid(InvalidInput):
    """A call cannot have {timeout} seconds; give more than 0 and at most {most}."""


async def read_arguments(chunks: AsyncIterator[bytes]) -> bytes:
    """Raises ``ArgumentsTooLarge``."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > CALL.most:
            raise ArgumentsTooLarge(most=CALL.words)
    return bytes(body)


def _check_object(body: bytes) -> None:
    """Raises ``DecodeError``. Nothing is built of it: of a megabyte of keys that would take a tenth of a second."""
    if body.lstrip(b" \t\r\n").startswith(b"{"):
        msgspec.json.decode(body, type=msgspec.Raw)
    else:
        msgspec.json.decode(body, type=dict[str, msgspec.Raw])  # it says what is there instead


async def call_method(
    store: Store, engine: Engine, app: str, method: str, body: bytes, timeout: float
) -> tuple[int, bytes]:
    """An HTTP status and the value, or the app's problem, as JSON.

    Raises ``AppNotFound``, ``ArgumentsInvalid``, ``TimeoutInvalid``, and what the engine raises if no release answers.
    """
    await known_app(store, app)
    if not (math.isfinite(timeout) and 0 < timeout <= MAX_TIMEOUT):
        raise TimeoutInvalid(timeout=timeout, most=MAX_TIMEOUT)
    try:
        _check_object(body or b"{}")
    except UNDECODABLE as error:
        raise ArgumentsInvalid(app=app, method=method, reason=error, example='{"a": 1}') from error
    return await engine.call(app, method, body or b"{}", timeout)
