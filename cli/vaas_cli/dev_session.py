"""DevSession: redeploys a folder when it is saved, as ``vaas deploy`` does, and says so in a line or two.

Used by ``dev``. The deploy itself: ``deploying.py``; the logs that are shown meanwhile: ``following.py``."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import click

from vaas.core.errors import VaasError
from vaas.core.units import format_seconds
from vaas_cli.address import Target
from vaas_cli.client import Client
from vaas_cli.deploy_report import addresses, failure, grant_lines, who_answers
from vaas_cli.deploying import Deployed, Order, deploy
from vaas_cli.following import ENDING, Followers
from vaas_cli.output import put
from vaas_cli.progress import Progress
from vaas_cli.project import checked


class DevSession:
    """The apps under work on one node."""

    def __init__(self, target: Target) -> None:
        self._client = Client(target)
        self._followers = Followers(target, put)
        self._granted: dict[str, list[str]] = {}
        self._said: dict[Path, str] = {}
        """What is still wrong with a folder: said once, not at every save of something else."""
        self._closed = False
        self._working = threading.Lock()

    def renew(self, folder: Path) -> None:
        """Deploys what lies there now and says what became of it; what answered before goes on if it is broken."""
        with self._working:
            self._renew(folder)

    def close(self) -> None:
        """Cuts a deploy that is under way in another thread; nothing more is said of it."""
        self._closed = True
        self._followers.stop()
        self._client.interrupt()
        if self._working.acquire(timeout=ENDING):
            self._client.close()
            self._working.release()

    def _renew(self, folder: Path) -> None:
        try:
            project = checked(folder)
            with Progress() as progress:
                deployed = deploy(self._client, project, Order(grant=True), progress)
        except VaasError as error:
            if not self._closed:
                self._say(folder, _broken(folder.name, str(error)))
            return
        self._followers.follow(deployed.name)
        if deployed.state == "ready":
            self._ready(folder, deployed)
        else:
            lines = [*failure(deployed.release), who_answers(deployed.answering)]
            self._say(folder, _broken(f"{deployed.name} v{deployed.number}", "\n".join(lines)))

    def _ready(self, folder: Path, deployed: Deployed) -> None:
        was_broken = self._said.pop(folder, None)
        asked = grant_lines(deployed.release["manifest"]["policy"])
        if asked and asked != self._granted.get(deployed.name):
            put(f"{deployed.name} is granted all that it asks for: {' '.join(asked)}")
        self._granted[deployed.name] = asked
        if deployed.created or was_broken:
            put(_fresh(deployed.name, deployed.number, deployed.seconds, deployed.app))

    def _say(self, folder: Path, words: str) -> None:
        if self._said.get(folder) != words:
            put(words)
        self._said[folder] = words


def _fresh(app: str, number: int, seconds: float, detail: dict[str, Any]) -> str:
    mark = click.style("●", fg="green")
    where = "  ".join(addresses(detail))
    return f"{mark} {time.strftime('%H:%M:%S')} {app} v{number} in {format_seconds(seconds)}: {where}"


def _broken(what: str, why: str) -> str:
    return f"{click.style('●', fg='red')} {what} is broken:\n{why}"
