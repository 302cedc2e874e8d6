"""The API, put together: one class of all the nouns, served by the framework behind ``AuthMiddleware``.

Called once by ``platform/node/bootstrap.py``; uvicorn serves what it returns on the console's address. Next:
``platform/control/auth_middleware.py``."""

from __future__ import annotations

import vaas
from vaas.framework.serving.asgi import AsgiApp
from vaas.platform.control.auth_middleware import AuthMiddleware
from vaas.platform.control.endpoints.apps import Apps
from vaas.platform.control.endpoints.domains import Domains
from vaas.platform.control.endpoints.health import Health
from vaas.platform.control.endpoints.platform import Platform
from vaas.platform.control.endpoints.releases import Releases
from vaas.platform.control.endpoints.running import Running
from vaas.platform.control.endpoints.runs import RunsOf
from vaas.platform.control.endpoints.settings import SettingsOf
from vaas.platform.control.endpoints.tokens import Tokens
from vaas.platform.control.endpoints.traffic import TrafficOf
from vaas.platform.control.problems import translate
from vaas.platform.control.services import Services
from vaas.platform.records.bounds import BODY


@vaas.app
class Api(Platform, Apps, Releases, TrafficOf, SettingsOf, Domains, Tokens, Running, RunsOf, Health):
    """Everything that an operator can see and do."""


def build_api(services: Services) -> AsgiApp:
    """An ASGI application that answers ``/api/v1``, ``/healthz`` and ``/readyz``."""
    return AuthMiddleware(vaas.asgi(Api(services), translate=translate, body_limit=BODY.most), services.store)
