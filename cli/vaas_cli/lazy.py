"""A group of commands that imports only the one that is called: ``vaas --help`` and every verb start fast."""

from __future__ import annotations

import importlib
from typing import Any

import click

Verbs = dict[str, dict[str, str]]
"""Headings, and under each the names of its commands with the line that ``--help`` shows."""


class LazyGroup(click.Group):
    """The command NAME is the object ``command`` of the module ``vaas_cli.commands.NAME``."""

    def __init__(self, *args: Any, verbs: Verbs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for verbs in self._verbs.values() for name in verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"vaas_cli.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            from vaas_cli.formatting import nearest

            ctx.fail(f"There is no command `{args[0]}`{nearest(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(len(name) for name in self.list_commands(ctx))
        for heading, verbs in self._verbs.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), line) for name, line in verbs.items()])
