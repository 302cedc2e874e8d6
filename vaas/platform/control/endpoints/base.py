"""What every noun of the API shares: the services it works on, and the question who is calling."""

from __future__ import annotations

import vaas
from vaas.platform.auth.tokens import Identity, Right
from vaas.platform.control.services import Services

V1 = "/api/v1"
"""Where the API lies. What changes incompatibly comes under another number, beside this one."""


class Noun:
    def __init__(self, services: Services) -> None:
        self.services = services
        self.store = services.store


def caller(req: vaas.Request, right: Right, app: str = "") -> Identity:
    """Who is calling, if they have that right (to that app). Raises ``RightMissing``."""
    identity: Identity = req.state.identity  # left there by ``auth_middleware.py``
    identity.require(right, app)
    return identity
