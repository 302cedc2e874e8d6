"""Shots that most attackers make: a call of the API, an upload, a release; pure. Used by ``attackers/``."""

from __future__ import annotations

from typing import Any

from tests.hostile import requests
from tests.hostile.bundle import Bundle
from tests.hostile.rights import answered
from tests.hostile.vocabulary import Right, Shot


def asked(right: Right, token: str, method: str, path: str, value: Any = None, **how: Any) -> Shot:
    """A call of the API; ``path`` is below ``/api/v1``."""
    return Shot("console", (requests.call(token, method, path, value),), right, **how)


def uploaded(token: str, bundle: Bundle, right: Right = answered(200, 201)) -> Shot:  # noqa: B008  # it is frozen
    said = [("Authorization", f"Bearer {token}"), ("Content-Type", "application/zip")]
    return Shot("console", (requests.request("PUT", f"/api/v1/bundles/{bundle.digest}", said, bundle.data),), right)


def released(right: Right, token: str, app: str, bundle: Bundle) -> Shot:
    order = {"digest": bundle.digest, "grant": True}
    return asked(right, token, "POST", f"/apps/{app}/releases", order, stay=10.0)


def started(token: str, app: str, number: int) -> Shot:
    """Waits for what becomes of a release."""
    return asked(answered(200), token, "GET", f"/apps/{app}/releases/{number}?wait=8", stay=10.0)


def sent(right: Right, *pieces: bytes, **how: Any) -> Shot:
    """These bytes to the gateway."""
    return Shot("gateway", pieces, right, **how)
