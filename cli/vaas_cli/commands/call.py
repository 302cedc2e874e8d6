"""``vaas call``: calls a method of an app that is marked ``@vaas.rpc``, and prints what it returns."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from vaas.core.units import parse_seconds
from vaas_cli.client import connect
from vaas_cli.formatting import argument
from vaas_cli.output import put_json


@click.command("call")
@click.argument("method", metavar="APP.METHOD")
@click.argument("arguments", default="{}", metavar="[JSON]")
@click.option(
    "--timeout",
    type=argument(parse_seconds),
    default="30s",
    metavar="SPAN",
    help="How long it may take; 30s unless told, at most 5m.",
)
def command(method: str, arguments: str, timeout: float) -> None:
    """Call a METHOD of an APP with the members of a JSON object as its arguments, and print the value.

    The method is one that has @vaas.rpc. With - the object is read from standard input.

    \b
    Example:
      vaas call hello.add '{"a": 1, "b": 2}' --timeout 5s
    """
    app, dot, name = method.partition(".")
    if not (app and dot and name):
        raise click.UsageError(f"`{method}` does not name a method. Write APP.METHOD, such as hello.add.")
    body = _object(sys.stdin.read() if arguments == "-" else arguments)
    put_json(connect().call(app, name, body, timeout))


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"The arguments are not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise click.UsageError('The arguments are a JSON object by name, such as {"a": 1, "b": 2}.')
    return value
