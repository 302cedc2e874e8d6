"""The logs of apps, printed as they come, by one thread each, while ``vaas dev`` does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from vaas.core.errors import VaasError
from vaas_cli.address import Target
from vaas_cli.client import Client
from vaas_cli.log_lines import lines

ENDING = 2.0
"""Seconds a thread may take to see that its connection is closed."""


class Followers:
    def __init__(self, target: Target, put: Callable[[Sequence[str]], None]) -> None:
        self._target = target
        self._put = put
        self._running: dict[str, tuple[Client, threading.Thread]] = {}
        self._stopped = False

    def follow(self, app: str) -> None:
        """From its first line on; an app that is followed already stays so."""
        if app not in self._running:
            client = Client(self._target)
            thread = threading.Thread(target=self._print, args=(client, app), name=f"log of {app}", daemon=True)
            self._running[app] = (client, thread)
            thread.start()

    def stop(self) -> None:
        self._stopped = True
        for client, thread in self._running.values():
            client.interrupt()
            thread.join(ENDING)

    def _print(self, client: Client, app: str) -> None:
        try:
            for entry in client.lines("apps", app, "logs", follow=True):
                self._put(lines(entry, app))
        except VaasError as error:
            if not self._stopped:
                self._put([f"The log of {app} is not shown any more: {error}"])
        finally:
            client.close()
