"""How long one request may wait for an outcome. Used by ``releases.py`` and ``settings.py``."""

from __future__ import annotations

import math

from vaas.core.errors import InvalidInput

MAX_WAIT = 60.0
"""Seconds one request may wait for an outcome: below the timeouts of common proxies. Ask again after that."""


class WaitInvalid(InvalidInput):
    """`wait` is {wait}; give a number of seconds from 0 upwards."""


def patience(wait: float) -> float:
    """Seconds to wait, for what a caller asked. Raises ``WaitInvalid``."""
    if not 0 <= wait < math.inf:
        raise WaitInvalid(wait=wait)
    return min(wait, MAX_WAIT)
