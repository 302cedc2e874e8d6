"""``vaas run``: a command in the app's own confinement, with its environment, packages and data."""

from __future__ import annotations

import base64
import contextlib
import json
import shlex
import signal
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import click

from vaas.core.errors import VaasError
from vaas.core.units import parse_seconds
from vaas_cli.address import target
from vaas_cli.client import Client, connect
from vaas_cli.errors import CutOff
from vaas_cli.formatting import age, argument, release_number
from vaas_cli.local_terminal import LocalTerminal, local_terminal
from vaas_cli.output import json_option, note, put_json, put_table

CHUNK = 64 * 1024
"""Bytes of the standard input that are sent at once, or fewer, as they come."""


@click.command("run")
@click.argument("app")
@click.argument("words", metavar="COMMAND...", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--timeout",
    type=argument(parse_seconds),
    default="1h",
    metavar="SPAN",
    help="How long it may take; 1h unless told, at most 24h.",
)
@click.option("--release", type=argument(release_number), metavar="vN", help="Of another release.")
@click.option("--no-tty", is_flag=True, help="No terminal for it, even if this is one.")
@click.option("--history", is_flag=True, help="Run nothing; list what was run, by whom, and the exit codes.")
@json_option
def command(
    app: str, words: tuple[str, ...], timeout: float, release: int | None, no_tty: bool, history: bool, as_json: bool
) -> None:
    """Run a COMMAND of APP once, in a process of its own: in the app's confinement, with its environment, /data,
    modules and packages. What it prints comes as it is printed; its exit code is this command's.

    `python` is the app's own; so is a command that one of its packages brings, such as alembic or flask. Other programs
    need the permission `subprocess`. Restricted code runs its own files and modules only. Typed at a terminal, it has
    one too, and reads what is typed; else what is piped in is its standard input. Ctrl-C ends it, 128 + N is the exit
    code of one that signal N has ended, and 124 of one that took too long.

    \b
    Example:
      vaas run shop -- python manage.py migrate
      vaas run shop -- python manage.py createsuperuser
      vaas run shop --history
    """
    if history:
        _show_history(app, as_json)
        return
    if not words:
        raise click.UsageError("Say what to run, such as `vaas run shop -- python manage.py migrate`.")
    query = {"command": json.dumps(words), "timeout": timeout, "release": release}
    terminal = None if no_tty else local_terminal(sys.stdin, sys.stdout)
    if terminal is not None:
        query |= terminal.query()
    stdin = _input() if terminal is not None or not _is_terminal(sys.stdin) else None
    events = connect().exchange("apps", app, "runs", body=stdin, stdin=stdin is not None, **query)
    with _ctrl_c(app) as running, _taken_over(terminal, app, running):
        ended = _follow(events, running)
    if ended["reason"]:
        note(f"vaas run: {ended['reason']}")
    raise click.exceptions.Exit(int(ended["exit"]))


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is None or stream.isatty()


def _input() -> Iterator[bytes]:
    """Read without Python's buffer, whose lock a thread that waits for input would hold to the end."""
    source: Any = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    while data := source.read(CHUNK):
        yield data


def _follow(events: Iterator[dict[str, Any]], running: dict[str, int]) -> dict[str, Any]:
    """Passes on what the program writes; the event of its end. Raises ``CutOff``."""
    for event in events:
        if "exit" in event:
            return event
        running |= {"run": event["run"]} if "run" in event else {}
        for name, stream in (("stdout", sys.stdout), ("stderr", sys.stderr)):
            if name in event:
                stream.buffer.write(base64.b64decode(event[name]))
                stream.flush()
    raise CutOff(url=target().url, reason="the answer ended before the command did")


@contextlib.contextmanager
def _taken_over(terminal: LocalTerminal | None, app: str, running: dict[str, int]) -> Iterator[None]:
    """Keys go to the program as they are typed, and it learns of a new size of the window."""

    def resized() -> None:
        if "run" in running and terminal is not None:
            _tell("PUT", "apps", app, "runs", running["run"], "terminal", **terminal.size())

    with contextlib.nullcontext() if terminal is None else terminal.taken_over(resized):
        yield


def _tell(method: str, *path: object, **query: Any) -> None:
    """On a connection of its own, for the run's is busy; in vain if the run has ended meanwhile."""
    with contextlib.suppress(VaasError), contextlib.closing(Client(target())) as client:
        client.send(method, *path, **query)


@contextlib.contextmanager
def _ctrl_c(app: str) -> Iterator[dict[str, int]]:
    """Ctrl-C ends the program, whose last words still come; a second one ends this command."""
    running: dict[str, int] = {}

    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        if "run" not in running:
            raise KeyboardInterrupt
        _tell("DELETE", "apps", app, "runs", running["run"])

    before = signal.signal(signal.SIGINT, end)
    try:
        yield running
    finally:
        signal.signal(signal.SIGINT, before)


def _show_history(app: str, as_json: bool) -> None:
    runs = connect().get("apps", app, "runs")
    if as_json:
        put_json(runs)
        return
    headings = ("run", "began", "by", "release", "exit", "command")
    put_table(headings, [_row(run) for run in runs], none=f"Nothing was run in {app} yet.")


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    code = "" if run["exit_code"] is None else str(run["exit_code"])
    return (str(run["number"]), age(run["at"]), run["by"], f"v{run['release']}", code, shlex.join(run["command"]))
