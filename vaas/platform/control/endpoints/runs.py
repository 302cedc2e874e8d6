"""Commands in an app's own confinement: ``/apps/{app}/runs``."""

from __future__ import annotations

from collections.abc import AsyncIterator

import vaas
from vaas.core.terminal import Terminal
from vaas.platform.control import runs
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.json_lists import as_json
from vaas.platform.control.runs import DEFAULT_TIMEOUT, Runs
from vaas.platform.control.services import Services
from vaas.platform.records.records import Run


class RunsOf(Noun):
    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._runs = Runs(services)

    @vaas.post(V1 + "/apps/{app}/runs")
    async def run(
        self,
        req: vaas.Request,
        app: str,
        command: str = "",
        timeout: float = DEFAULT_TIMEOUT,
        release: int | None = None,
        stdin: bool = False,
        terminal: str = "",
        rows: int = 24,
        columns: int = 80,
    ) -> vaas.Response:
        """Runs a command, a JSON array of words, in the app's confinement; with `stdin` the request's body is its
        input. With `terminal`, such as `xterm`, its streams are a terminal of that kind. Answers one JSON object a
        line: `run`, then `stdout` and `stderr` in base64, then `exit`."""
        who = caller(req, "run", app)
        words = runs.parse_command(command)
        on = Terminal(terminal, rows, columns).checked() if terminal else None
        active = await self._runs.begin(app, words, who.name, release=release, timeout=timeout, terminal=on)
        events = active.events(req.stream() if stdin else _nothing())
        return vaas.Response(events, media_type=runs.MEDIA_TYPE)

    @vaas.get(V1 + "/apps/{app}/runs")
    async def list_runs(self, req: vaas.Request, app: str) -> list[Run]:
        """The commands that were run in the app's confinement, newest first, with who ran them and the exit codes."""
        caller(req, "logs", app)
        return await as_json(await runs.list_runs(self.services, app))

    @vaas.put(V1 + "/apps/{app}/runs/{number}/terminal")
    async def resize_terminal(self, req: vaas.Request, app: str, number: int, rows: int, columns: int) -> None:
        """Tells a command that runs on this node the size of its terminal."""
        caller(req, "run", app)
        self._runs.resize(app, number, Terminal("any", rows, columns).checked())

    @vaas.delete(V1 + "/apps/{app}/runs/{number}")
    async def end_run(self, req: vaas.Request, app: str, number: int) -> None:
        """Ends a command that runs on this node: as Ctrl-C does, and ten seconds later by force."""
        who = caller(req, "run", app)
        self._runs.interrupt(app, number, who.name)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
