"""Writes the sections of docs/cli.md from the commands' own help. Run it after a change of a command.

The page is held to be what this writes by `tests/docs/test_cli_page.py`. What stands above the first heading is kept.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
from vaas_cli.main import VERBS, main

PAGE = Path(__file__).resolve().parent.parent / "docs/cli.md"
WIDTH = 120
EXAMPLE = "Example:\n"


def written(page: str) -> str:
    """The page with everything from its first heading on replaced by what the commands say."""
    return page.partition("\n## ")[0] + "".join(sections())


def sections() -> Iterator[str]:
    context = click.Context(main)
    for heading, verbs in VERBS.items():
        yield f"\n## {heading}\n"
        for verb in verbs:
            command = main.get_command(context, verb)
            assert command is not None
            yield section(verb, command)


def section(verb: str, command: click.Command) -> str:
    """Example, explanation, and a table of the options if there are any but ``--json``."""
    paragraphs = cleandoc(command.help or "").split("\n\n")
    [example] = [text for text in paragraphs if text.removeprefix("\b\n").startswith(EXAMPLE)]
    told = [paragraph(text) for text in paragraphs if text is not example]
    parts = [f"### vaas {verb}", fenced("sh", example.partition(EXAMPLE)[2]), *told]
    return "\n" + "\n\n".join([*parts, *options(command)]) + "\n"


def paragraph(text: str) -> str:
    """One that click must not wrap (it begins with a backspace) stays as it is typed."""
    if text.startswith("\b\n"):
        return fenced("text", text.removeprefix("\b\n"))
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{textwrap.dedent(text).strip()}\n```"


def options(command: click.Command) -> Iterator[str]:
    rows = [
        f"| {', '.join(f'`{name}`' for name in option.opts)} | {option.help} |"
        for option in command.params
        if isinstance(option, click.Option) and option.name != "as_json"  # the page says once what --json does
    ]
    if rows:
        yield "\n".join(["| option | |", "|---|---|", *rows])


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
