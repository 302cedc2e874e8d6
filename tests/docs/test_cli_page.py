"""The page of the command line, and every example of a command, against the commands themselves."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from vaas_cli.main import VERBS, main

from tests.docs.pages import PAGES, ROOT, blocks

PAGE = ROOT / "docs/cli.md"
CONTEXT = click.Context(main)
NAMES = main.list_commands(CONTEXT)
_, *_PARTS = re.split(r"^### vaas (\w+)\n", PAGE.read_text(), flags=re.MULTILINE)
SECTIONS = dict(zip(_PARTS[::2], _PARTS[1::2], strict=True))


def options_of(verb: str) -> set[str]:
    command = main.get_command(CONTEXT, verb)
    assert command is not None
    return {opt for parameter in command.params if isinstance(parameter, click.Option) for opt in parameter.opts}


def test_it_has_every_verb_in_the_order_of_help():
    assert list(SECTIONS) == NAMES
    assert re.findall(r"^## (.*)", PAGE.read_text(), re.MULTILINE) == list(VERBS)


@pytest.mark.parametrize("verb", NAMES)
def test_it_has_an_example_and_every_option_of(verb: str):
    assert f"```sh\nvaas {verb}" in SECTIONS[verb]
    for option in options_of(verb):
        if option.startswith("--") and option != "--json":  # that one is on every verb that reads
            assert option in SECTIONS[verb]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_shown_have_their_verb_and_options(page: Path):
    for block in blocks(page, "sh"):
        for line in block.text.splitlines():
            program, *words = shlex.split(line, comments=True) or [""]
            if program == "vaas":
                assert words[0] in NAMES, line
                assert {word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)} <= options_of(words[0]), line
