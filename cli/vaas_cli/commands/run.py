"""``vaas run``: a command in the app's own confinement, with its environment, packages and data."""

from __future__ import annotations

import base64
import contextlib
import json
import shlex
import signal
import sys
from collections.abc import Iterator
from typing import Any

import click

from vaas.core.errors import VaasError
from vaas.core.units import parse_seconds
from vaas_cli.address import target
from vaas_cli.client import Client, connect
from vaas_cli.errors import CutOff
from vaas_cli.formatting import age, argument, release_number
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
@click.option("--history", is_flag=True, help="Run nothing; list what was run, by whom, and the exit codes.")
@json_option
def command(
    app: str, words: tuple[str, ...], timeout: float, release: int | None, history: bool, as_json: bool
) -> None:
    """Run a COMMAND of APP once, in a process of its own: in the app's confinement, with its environment, /data,
    modules and packages. What it prints comes as it is printed; its exit code is this command's.

    `python` is the app's own; so is a command that one of its packages brings, such as alembic or flask. Other programs
    need the permission `subprocess`. Restricted code runs its own files and modules only. What is piped in is its
    standard input. Ctrl-C ends it, 128 + N is the exit code of one that signal N has ended, and 124 of one that took
    too long.

    \b
    Example:
      vaas run shop -- python manage.py migrate
      vaas run shop --history
    """
    if history:
        _show_history(app, as_json)
        return
    if not words:
        raise click.UsageError("Say what to run, such as `vaas run shop -- python manage.py migrate`.")
    query = {"command": json.dumps(words), "timeout": timeout, "release": release}
    stdin = None if sys.stdin is None or sys.stdin.isatty() else _input()
    with _ctrl_c(app) as running:
        code = _follow(connect().exchange("apps", app, "runs", body=stdin, stdin=stdin is not None, **query), running)
    raise click.exceptions.Exit(code)


def _input() -> Iterator[bytes]:
    while data := sys.stdin.buffer.read1(CHUNK):  # type: ignore[union-attr]  # a buffered reader
        yield data


def _follow(events: Iterator[dict[str, Any]], running: dict[str, int]) -> int:
    """Passes on what the program writes; its exit code. Raises ``CutOff``."""
    for event in events:
        if "exit" in event:
            if event["reason"]:
                note(f"vaas run: {event['reason']}")
            return int(event["exit"])
        running |= {"run": event["run"]} if "run" in event else {}
        for name, stream in (("stdout", sys.stdout), ("stderr", sys.stderr)):
            if name in event:
                stream.buffer.write(base64.b64decode(event[name]))
                stream.flush()
    raise CutOff(url=target().url, reason="the answer ended before the command did")


@contextlib.contextmanager
def _ctrl_c(app: str) -> Iterator[dict[str, int]]:
    """Ctrl-C ends the program, whose last words still come; a second one ends this command."""
    running: dict[str, int] = {}

    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        if "run" not in running:
            raise KeyboardInterrupt
        client = Client(target())
        with contextlib.suppress(VaasError), contextlib.closing(client):
            client.send("DELETE", "apps", app, "runs", running["run"])

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
