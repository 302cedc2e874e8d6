"""``vaas login``: keeps a token for a platform, once that platform has said whose it is."""

from __future__ import annotations

import sys

import click

from vaas.core.errors import InvalidInput
from vaas.platform.auth import kept_tokens
from vaas_cli.address import Target, is_open, target
from vaas_cli.client import connect
from vaas_cli.output import ask_secret, note, put


class TokenEmpty(InvalidInput):
    """No token was given. Paste it, pipe it in, or give it as --token."""


class TokenGarbled(InvalidInput):
    """What was given as a token has spaces or odd characters in it. A token reads vaas_…_… and is one word."""


@click.command("login")
@click.argument("url", required=False)
@click.option("--token", help="The token; better piped in or pasted, since others may see a command's arguments.")
def command(url: str | None, token: str | None) -> None:
    """Keep a token for the platform at URL, its console's address, and talk to it from now on.

    The token is asked for, or read from a pipe. An admin makes one with `vaas tokens create`.

    \b
    Example:
      vaas login https://vaas.example.com
      vaas login https://vaas.example.com < token.txt
    """
    address = target(url).url
    given = _one_word(token if token is not None else _read(address))
    me = connect(Target(address, given)).get("whoami")
    kept_tokens.save(address, given, choose=True)
    if is_open(address):
        note(f"{address} is not https: every machine on the way there can read your token.")
    put(f"Logged in to {address} as {me['name']} ({me['role']}).")


def _read(address: str) -> str:
    if sys.stdin.isatty():
        return ask_secret(f"Token for {address}")
    return sys.stdin.readline()


def _one_word(token: str) -> str:
    word = token.strip()
    if not word:
        raise TokenEmpty
    if not all("!" <= sign <= "~" for sign in word):  # it travels in a header
        raise TokenGarbled
    return word
