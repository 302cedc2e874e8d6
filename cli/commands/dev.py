"""``vaas dev``: apps on the real engine, redeployed on save. What a save does: ``cli/developing.py``."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.address import Target, target
from cli.developing import Workshop
from cli.output import note
from cli.project import Project, apart, read
from vaas.platform import credentials
from vaas.platform.options import Options

if TYPE_CHECKING:
    from vaas.platform.bootstrap import Platform

DEBOUNCE = 50
"""Milliseconds within which several saves count as one: editors and formatters write twice."""

STEP = 10
"""Milliseconds of quiet after which what was saved is deployed."""

HOST = "127.0.0.1"
OPTIONS = {"--listen": "--port", "--console": "--console-port"}
"""What the platform's options are called here."""

PORT = click.IntRange(0, 65535)


@click.command("dev")
@click.argument("apps", nargs=-1, type=click.Path(path_type=Path))
@click.option("--port", type=PORT, default=8080, show_default=True, help="Where apps answer; 0: any free port.")
@click.option("--console-port", type=PORT, default=9080, show_default=True, help="Where the console and API answer.")
def command(apps: tuple[Path, ...], port: int, console_port: int) -> None:
    """Run the APPS in these folders (default: this one) on the real engine, until Ctrl-C.

    A saved change answers within half a second; one that is broken is shown, and the last good code goes on answering.
    All that the apps ask for is granted. Nothing is kept.

    \b
    Example:
      vaas dev
      vaas dev apps/shop apps/billing --port 8000
    """
    projects = apart([read(folder) for folder in list(apps) or [Path()]])
    from cli.serving import serve  # the whole platform: not for --help, nor for a folder that is no app

    logging.basicConfig(level=logging.ERROR)  # what the platform warns of is told by each save
    options = Options(listen=f"{HOST}:{port}", console=f"{HOST}:{console_port}", debug=True)
    serve(options, lambda platform: _work(platform, projects), lambda option, _, free: f"{OPTIONS[option]} {free}")


async def _work(platform: Platform, projects: list[Project]) -> None:
    changed: asyncio.Queue[set[Path]] = asyncio.Queue()
    folders = {project.folder.resolve() for project in projects}
    watching = asyncio.create_task(_watch(folders, changed))
    own = Target(platform.console_url, platform.admin_token)
    with _kept(own), contextlib.closing(Workshop(own)) as workshop:
        _introduce(own, platform.gateway_url)
        changed.put_nowait(folders)
        try:
            while True:
                for folder in sorted(await changed.get()):
                    await asyncio.to_thread(workshop.renew, folder)
        finally:
            watching.cancel()


async def _watch(folders: set[Path], changed: asyncio.Queue[set[Path]]) -> None:
    from watchfiles import awatch

    async for changes in awatch(*folders, debounce=DEBOUNCE, step=STEP):
        paths = [Path(path) for _, path in changes]
        changed.put_nowait({folder for folder in folders if any(path.is_relative_to(folder) for path in paths)})


def _introduce(own: Target, gateway: str) -> None:
    note(f"gateway {gateway}, console {own.url}. Ctrl-C stops; nothing is kept.")
    if target().url != own.url:
        note(f"In another terminal: export VAAS_PLATFORM={own.url}")


@contextlib.contextmanager
def _kept(own: Target) -> Iterator[None]:
    """While it runs, `vaas logs`, `vaas call` and the others find its token as they find any platform's."""
    before = credentials.load(own.url)
    credentials.save(own.url, own.token or "")
    try:
        yield
    finally:
        if before is None:
            credentials.forget(own.url)
        else:
            credentials.save(own.url, before)
