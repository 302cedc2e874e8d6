"""DevSession: redeploys a folder when it is saved, as ``vaas deploy`` does, and says so in a line or two.

Used by ``dev``. The deploy itself: ``deploying.py``; the logs that are shown meanwhile: ``following.py``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vaas.core.errors import VaasError
from vaas.core.units import format_seconds
from vaas_cli.address import Target
from vaas_cli.client import Client
from vaas_cli.deploy_report import addresses, failure, grant_lines, who_answers
from vaas_cli.deploying import Deployed, Order, deploy
from vaas_cli.errors import error_lines
from vaas_cli.following import ENDING, Followers
from vaas_cli.local_folders import LocalFolders
from vaas_cli.output import put, put_lines
from vaas_cli.progress import Progress
from vaas_cli.project import checked
from vaas_cli.styled import Styled, joined, styled


class DevSession:
    """The apps under work on one node."""

    def __init__(self, target: Target, local: LocalFolders, again: Callable[[str], None]) -> None:
        """``again`` has the node look at an app whose ``.env`` has changed, and returns when that has taken effect."""
        self._local, self._again = local, again
        self._client = Client(target)
        self._followers = Followers(target, put_lines)
        self._granted: dict[str, list[str]] = {}
        self._said: dict[Path, list[Styled]] = {}
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
            env_changed = self._local.read(project.name, folder)
            with Progress() as progress:
                deployed = deploy(self._client, project, Order(grant=True), progress)
        except VaasError as error:
            if not self._closed:
                self._say(folder, _broken(folder.name, error_lines(error)))
            return
        self._followers.follow(deployed.name)
        if env_changed:
            self._again(deployed.name)
        if deployed.state == "ready":
            self._ready(folder, deployed, env_changed)
        else:
            lines = [*failure(deployed.release), who_answers(deployed.answering)]
            self._say(folder, _broken(f"{deployed.name} v{deployed.number}", lines))

    def _ready(self, folder: Path, deployed: Deployed, env_changed: bool) -> None:
        was_broken = self._said.pop(folder, None)
        asked = grant_lines(deployed.release["manifest"]["policy"])
        if asked and asked != self._granted.get(deployed.name):
            put(f"{deployed.name} is granted all that it asks for: {' '.join(asked)}")
        self._granted[deployed.name] = asked
        if deployed.created or was_broken:
            put(_fresh(deployed.name, deployed.number, deployed.seconds, deployed.app))
        elif env_changed:
            self._say_environment(folder, deployed)

    def _say_environment(self, folder: Path, deployed: Deployed) -> None:
        """Whether it runs in the environment of now, which is no release of its own."""
        apps = self._client.get("nodes")[0]["apps"]
        status = apps.get(deployed.name, {}).get(str(deployed.number), {"state": "ready"})
        if status["state"] == "failed":
            self._say(folder, _broken(f"{deployed.name} with this .env", failure({"outcome": status})))
        else:
            put(_mark("green"), f" {time.strftime('%H:%M:%S')} {deployed.name} runs with the .env of now")

    def _say(self, folder: Path, lines: list[Styled]) -> None:
        if self._said.get(folder) != lines:
            put_lines(lines)
        self._said[folder] = lines


def _fresh(app: str, number: int, seconds: float, detail: dict[str, Any]) -> Styled:
    where = "  ".join(addresses(detail))
    return joined(_mark("green"), f" {time.strftime('%H:%M:%S')} {app} v{number} in {format_seconds(seconds)}: {where}")


def _broken(what: str, why: list[str]) -> list[Styled]:
    return [joined(_mark("red"), f" {what} is broken:"), *map(joined, why)]


def _mark(colour: str) -> Styled:
    return styled("●", fg=colour)
