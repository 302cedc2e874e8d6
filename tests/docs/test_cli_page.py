"""The page of the command line, and every example of a command, against the commands themselves."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from vaas_cli.main import main

from scripts.cli_page import written
from tests.docs.pages import PAGES, ROOT, blocks

PAGE = ROOT / "docs/cli.md"
CONTEXT = click.Context(main)
NAMES = main.list_commands(CONTEXT)


def options_of(verb: str) -> set[str]:
    command = main.get_command(CONTEXT, verb)
    assert command is not None
    return {opt for parameter in command.params if isinstance(parameter, click.Option) for opt in parameter.opts}


def test_it_says_what_the_commands_say_of_themselves():
    page = PAGE.read_text()
    assert page == written(page), "run `.venv/bin/python scripts/cli_page.py`"


@pytest.mark.parametrize("verb", NAMES)
def test_it_has_a_section_with_an_example_and_every_option_of(verb: str):
    [section] = re.findall(rf"^### vaas {verb}\n(.*?)(?=^##|\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert f"```sh\nvaas {verb}" in section
    assert all(f"`{option}`" in section for option in options_of(verb) - {"--json"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_shown_have_their_verb_and_options(page: Path):
    for block in blocks(page, "sh"):
        for line in block.text.splitlines():
            program, *words = shlex.split(line, comments=True) or [""]
            if program == "vaas":
                assert words[0] in NAMES, line
                assert {word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)} <= options_of(words[0]), line
