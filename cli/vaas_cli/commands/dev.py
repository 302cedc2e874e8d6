"""``vaas dev``: apps on the real engine, redeployed on save. What a save does: ``cli/vaas_cli/dev_session.py``."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vaas.platform.auth import kept_tokens
from vaas.platform.node.options import Options
from vaas_cli.address import Target, target
from vaas_cli.dev_session import DevSession
from vaas_cli.local_folders import LocalFolders
from vaas_cli.log_lines import request_line
from vaas_cli.output import note, put
from vaas_cli.project import Project, apart, read

if TYPE_CHECKING:
    from vaas.platform.node.bootstrap import Platform

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
    Each request is a line. Logs and databases that are written in the folder change nothing.

    All that the apps ask for is granted. What they keep in /data lies in .vaas/data of their folder, and stays.
    Variables come from .env there and, where permissions.env of the manifest names them, from yours, which come first.

    \b
    Example:
      vaas dev
      vaas dev apps/shop apps/billing --port 8081 --console-port 9081
    """
    projects = apart([read(folder) for folder in list(apps) or [Path()]])
    from vaas.platform.node import node_log
    from vaas_cli.serving import serve  # the whole platform: not for --help, nor for a folder that is no app

    node_log.install(logging.ERROR)  # what the platform warns of, each save shows
    local = LocalFolders()
    options = Options(
        listen=f"{HOST}:{port}", console=f"{HOST}:{console_port}", debug=True, local=local,
        on_request=lambda told: put(request_line(told, time.time())),
    )  # fmt: skip
    work = functools.partial(_work, projects=projects, local=local)
    serve(options, work, lambda option, _, free: f"{OPTIONS[option]} {free}")


async def _work(platform: Platform, projects: list[Project], local: LocalFolders) -> None:
    changed: asyncio.Queue[set[Path]] = asyncio.Queue()
    folders = {project.folder.resolve() for project in projects}
    watching = asyncio.create_task(_watch(folders, changed))
    own = Target(platform.console_url, platform.admin_token)
    loop = asyncio.get_running_loop()

    def again(app: str) -> None:
        asyncio.run_coroutine_threadsafe(platform.look_again(app), loop).result()

    with _kept(own), contextlib.closing(DevSession(own, local, again)) as session:
        _introduce(own, platform.gateway_url)
        changed.put_nowait(folders)
        try:
            while True:
                for folder in sorted(await changed.get()):
                    await asyncio.to_thread(session.renew, folder)
        finally:
            watching.cancel()


async def _watch(folders: set[Path], changed: asyncio.Queue[set[Path]]) -> None:
    from watchfiles import awatch

    from vaas_cli.watching import Watched

    async for changes in awatch(*folders, watch_filter=Watched(folders), debounce=DEBOUNCE, step=STEP):
        paths = [Path(path) for _, path in changes]
        changed.put_nowait({folder for folder in folders if any(path.is_relative_to(folder) for path in paths)})


def _introduce(own: Target, gateway: str) -> None:
    note(f"gateway {gateway}, console {own.url}. Ctrl-C stops; only data are kept.")
    if target().url != own.url:
        note(f"In another terminal: export VAAS_PLATFORM={own.url}")


@contextlib.contextmanager
def _kept(own: Target) -> Iterator[None]:
    """While it runs, `vaas logs`, `vaas call` and the others find its token as they find any platform's."""
    before = kept_tokens.load(own.url)
    kept_tokens.save(own.url, own.token or "")
    try:
        yield
    finally:
        if before is None:
            kept_tokens.forget(own.url)
        else:
            kept_tokens.save(own.url, before)
