"""The command ``vaas``: finds the verb, runs it, and turns what went wrong into one line and an exit code.

0: done. 1: it could not be done, and standard error says why. 2: used wrongly. 130: interrupted.
Each verb is one file under ``commands/`` and is imported only when it is called. They talk to a platform through
``client.py`` and to the person through ``output.py``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import click

from vaas.core.errors import VaasError
from vaas_cli.errors import error_lines
from vaas_cli.lazy import LazyGroup
from vaas_cli.output import note_lines, put
from vaas_cli.styled import joined, styled

VERBS = {
    "Write": {
        "init": "Make a new project that runs at once.",
        "dev": "Run apps on the real engine, with reload on save.",
        "check": "Look for mistakes without running anything.",
        "modules": "List what restricted code gets of Python's library.",
    },
    "Deploy": {
        "deploy": "Deploy apps: pack, upload, release, and wait until it answers.",
        "releases": "List what was deployed, and what became of it.",
        "rollback": "Let an earlier release answer.",
        "traffic": "Show or choose which releases answer.",
    },
    "Look": {
        "apps": "List the apps.",
        "show": "Show one app.",
        "logs": "Show what an app printed and logged.",
        "call": "Call a method of an app.",
        "run": "Run a command of an app once: migrations, scripts.",
        "status": "Show how the platform and its apps fare now.",
        "nodes": "List the nodes of the platform.",
    },
    "Decide": {
        "settings": "Show or change an app's settings.",
        "grant": "Grant permissions to an app, or take them away.",
        "grants": "List what waits for a grant.",
        "domains": "List, add or remove domains.",
        "tokens": "List, create or revoke tokens.",
        "rm": "Remove an app with all it has stored, or bring it back.",
    },
    "Platform": {
        "platform": "Run a node.",
        "login": "Keep a token for a platform.",
        "logout": "Forget the token for a platform.",
        "whoami": "Show who the platform takes you for.",
    },
}


class Failed(click.ClickException):
    """Ends the command with what went wrong on standard error and exit code 1."""

    def __init__(self, error: VaasError) -> None:
        super().__init__(str(error))
        self._lines = error_lines(error)

    def show(self, file: object = None) -> None:
        note_lines([joined(styled("error:", fg="red", bold=True), " ", self._lines[0]), *self._lines[1:]])


class Vaas(LazyGroup):
    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _harmless_usage_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        try:
            with _harmless_usage_errors():
                return super().invoke(ctx)
        except VaasError as error:
            raise Failed(error) from error
        except (KeyboardInterrupt, click.Abort):
            raise click.exceptions.Exit(130) from None


@contextlib.contextmanager
def _harmless_usage_errors() -> Iterator[None]:
    """click prints them itself: an argument, or what a file says, may be anything."""
    try:
        yield
    except click.UsageError as error:
        raise click.UsageError(joined(error.format_message()), error.ctx) from error
    except click.ClickException as error:
        raise click.ClickException(joined(error.format_message())) from error


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # slow to import, and rarely wanted

        put(f"vaas {version('vaas')}")
        ctx.exit()


@click.group(cls=Vaas, verbs=VERBS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def main() -> None:
    """Runs many small Python apps on one server, isolated without containers, deployed in a second.

    \b
    Example:
      vaas init shop && cd shop && vaas dev

    VAAS_PLATFORM names the platform to talk to, VAAS_TOKEN the token to use; without them `vaas login` keeps both.
    """


if __name__ == "__main__":
    main()
