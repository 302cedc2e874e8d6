"""Calls: a person with a token calls an app's RPC method, as another app would."""

from __future__ import annotations

import math

import msgspec

from vaas.core.errors import InvalidInput
from vaas.platform.control.app_state import known_app
from vaas.platform.control.services import Engine
from vaas.platform.store.interface import Store

MAX_TIMEOUT = 300.0
"""Seconds a call may take at most, whatever its caller asks for: it holds a connection of the console open."""


class ArgumentsInvalid(InvalidInput):
    """The arguments of {app}.{method} must be one JSON object, such as {example}: {reason}"""


class TimeoutInvalid(InvalidInput):
    """A call cannot have {timeout} seconds; give more than 0 and at most {most}."""


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
        msgspec.json.decode(body or b"{}", type=dict[str, msgspec.Raw])
    except msgspec.DecodeError as error:
        raise ArgumentsInvalid(app=app, method=method, reason=error, example='{"a": 1}') from error
    return await engine.call(app, method, body or b"{}", timeout)
