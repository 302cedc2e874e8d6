"""The one decision about an import: deny, share or load. A pure function of the policy and four facts.

The importer (``importer.py``) obeys it while the app runs; ``restrict/check.py`` asks it before anything runs.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from vaas.core.policy import Policy
from vaas.core.virtual.stdlib.safe_modules import GRANTABLE, NEEDS, OWN, SAFE, UNRESTRICTABLE

Action = Literal["replace", "load", "facade", "share", "deny"]


@dataclass(frozen=True, slots=True)
class Verdict:
    action: Action
    """``replace``: the object given for it; ``load``: the app's own code, once per machine; ``facade``: our safe
    view of the real module; ``share``: the real module, loaded plainly, once per process; ``deny``."""
    why: str = ""
    remedy: str = ""


REPLACE = Verdict("replace")
LOAD = Verdict("load")
FACADE = Verdict("facade")
SHARE = Verdict("share")


def decide(name: str, policy: Policy, *, own: bool, bundled: bool, replaced: bool) -> Verdict:
    """What becomes of the app's ``import name``.

    ``own``: it is a file of the app; ``bundled``: a package in the app's ``_vendor``; ``replaced``: an object was
    given for it. Own code comes before the standard library, as it does on ``sys.path``.
    """
    if replaced:
        return REPLACE
    if own:
        return LOAD
    if name in SAFE and not bundled:
        return FACADE if policy.code == "restricted" or name in OWN else SHARE
    if policy.code == "restricted":
        return _restricted(name, policy)
    return SHARE if granted(name, policy) else _ask_for(name)


def granted(name: str, policy: Policy) -> bool:
    """Whether ``[permissions] modules`` covers ``name``: itself, a package it is in, or ``*``."""
    return any(it == "*" or name == it or name.startswith(f"{it}.") for it in policy.permissions.modules)


def _restricted(name: str, policy: Policy) -> Verdict:
    why = _covering(name, UNRESTRICTABLE)
    if why:
        return Verdict("deny", f"{why}, which undoes restricted code", 'Ask for code = "trusted" in vaas.toml.')
    if name.startswith("_"):
        return Verdict("deny", "it is private to the interpreter", 'Ask for code = "trusted" in vaas.toml.')
    if _is_unread(name):
        why = "nobody has read that part of Python's library for restricted code"
        return Verdict("deny", why, 'Ask for code = "trusted" in vaas.toml.')
    if not granted(name, policy):
        return _ask_for(name)
    need = _covering(name, NEEDS)
    if need and not getattr(policy.permissions, need):
        value = '["host:port"]' if need == "net" else "true"
        return Verdict("deny", f"it needs [permissions] {need}", f"Ask for {need} = {value} in vaas.toml.")
    return SHARE


def _is_unread(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names and not (
        _covering(name, GRANTABLE) or _covering(name, NEEDS)
    )


def _ask_for(name: str) -> Verdict:
    top = name.partition(".")[0]
    return Verdict(
        "deny",
        "it is neither in the safe standard library nor granted",
        f'Ask for it in vaas.toml: [permissions] modules = ["{top}"]',
    )


def _covering(name: str, table: dict[str, str]) -> str:
    while name:
        if name in table:
            return table[name]
        name = name.rpartition(".")[0]
    return ""
