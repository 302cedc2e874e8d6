"""What an app does right now: its logs, and calls of its methods."""

from __future__ import annotations

import vaas
from vaas.framework.http.problems import MEDIA_TYPE
from vaas.platform.control import calls, logs
from vaas.platform.control.app_state import known_app
from vaas.platform.control.endpoints.base import V1, Noun, caller


class Running(Noun):
    @vaas.get(V1 + "/apps/{app}/logs")
    async def logs(
        self,
        req: vaas.Request,
        app: str,
        since: float | None = None,
        grep: str = "",
        follow: bool = False,
        limit: int | None = None,
        request: str = "",
        full: bool = False,
    ) -> vaas.Response:
        """What the app printed and logged on this node, one JSON object a line. `since` is in seconds back from
        now; `grep` finds text, and all lines of a request by its id, as `request` does; `full` adds the frames that
        tracebacks leave out."""
        caller(req, "logs", app)
        await known_app(self.store, app)
        lines = logs.read_log(
            self.services.logs, app, since=since, grep=grep, follow=follow, limit=limit, request=request, full=full
        )
        return vaas.Response(lines, media_type=logs.MEDIA_TYPE)

    @vaas.post(V1 + "/apps/{app}/call/{method}")
    async def call(self, req: vaas.Request, app: str, method: str, timeout: float = 30.0) -> vaas.Response:
        """Calls an RPC method with the JSON object in the body, and answers with its value."""
        caller(req, "call", app)
        body = await calls.read_arguments(req.stream())
        status, value = await calls.call_method(self.store, self.services.engine, app, method, body, timeout)
        media_type = "application/json" if status < 400 else MEDIA_TYPE
        return vaas.Response(value, status=status, media_type=media_type)
