"""``vaas modules``: what restricted code gets of Python's library, and why.

The table stands in ``core/virtual/stdlib/registry``.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from vaas.core.virtual.stdlib.registry import RULES
from vaas.core.virtual.stdlib.registry.rule import ModuleRule
from vaas_cli.output import json_option, put_json, put_table


@click.command("modules")
@click.argument("names", nargs=-1)
@json_option
def command(names: tuple[str, ...], as_json: bool) -> None:
    """List what restricted code gets of Python's library: all modules, or those NAMES and what is below them.

    \b
    as it is     its public names; tables are the app's own copies
    facade       a part of it, or safe versions of its functions
    own          made for each app, with the app's own folders, streams or settings
    on grant     only where [permissions] modules names it
    needs net    on grant, and with that permission too
    never        it would undo restricted code; such an app asks for code = "trusted"

    A module that is not listed was not reviewed and is refused. With --json: a list of {module, how, why}.

    \b
    Example:
      vaas modules
      vaas modules email sqlite3
    """
    rules = sorted((it for it in RULES if not names or _is_asked_for(it.name, names)), key=lambda it: it.name)
    if as_json:
        put_json([{"module": it.name, "how": it.how, "why": it.reason} for it in rules])
        return
    none = f'Not reviewed for restricted code: {", ".join(names)}. Such an app asks for code = "trusted".'
    put_table(("module", "how", "why"), [_row(it) for it in rules], none=none)


def _is_asked_for(module: str, names: Sequence[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def _row(rule: ModuleRule) -> tuple[str, str, str]:
    return rule.name, rule.how, rule.reason
