from __future__ import annotations

import io
import json

import structlog

import vaas

out = io.StringIO()
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.JSONRenderer(sort_keys=True),
    ],
    logger_factory=structlog.PrintLoggerFactory(out),
)
log = structlog.get_logger()


@vaas.app
class Logs:
    @vaas.get("/")
    def index(self, n: int):
        structlog.contextvars.bind_contextvars(n=n)
        log.info("asked", who="ada")
        structlog.contextvars.clear_contextvars()
        return json.loads(out.getvalue().splitlines()[-1])
