"""The one decision about an import: deny, share or load. A pure function of the policy, the registry and three facts.

The importer (``importer.py``) obeys it while the app runs; ``checks/planned.py`` asks it before anything runs.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from vaas.core.policy import Policy
from vaas.core.virtual.stdlib.registry.rule import ModuleRule
from vaas.core.virtual.stdlib.tables import OWN, SAFE, at_and_above

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


def decide(name: str, policy: Policy, *, own: bool, bundled: bool, replaced: bool, listed: bool = False) -> Verdict:
    """What becomes of the app's ``import name``.

    ``own``: it is a file of the app; ``bundled``: of a package in the app's ``_vendor``; ``listed``: and that package,
    or one that requires it, was granted; ``replaced``: an object was given for it. Own code comes before the standard
    library, as it does on ``sys.path``. Trusted code may import all that there is: what it may do, the kernel says.
    """
    if replaced:
        return REPLACE
    if own:
        return LOAD
    if name in SAFE and not bundled:
        return FACADE if policy.code == "restricted" or name in OWN else SHARE
    return SHARE if policy.code == "trusted" else _restricted(name, policy, bundled, listed)


def granted(name: str, policy: Policy) -> bool:
    """Whether ``[permissions] modules`` covers ``name``: itself, a package it is in, or ``*``."""
    return any(it == "*" or name == it or name.startswith(f"{it}.") for it in policy.permissions.modules)


def _restricted(name: str, policy: Policy, bundled: bool, listed: bool) -> Verdict:
    rules = list(at_and_above(name))
    refused = next((it for it in rules if it.access == "never"), None)
    if refused is not None:
        return Verdict("deny", f"{refused.reason}, which undoes restricted code", _TRUSTED)
    if name.startswith("_"):
        return Verdict("deny", "it is private to the interpreter", _TRUSTED)
    rule = next((it for it in rules if it.access == "grant"), None)
    if rule is None and name.partition(".")[0] in sys.stdlib_module_names:
        return Verdict("deny", "that part of Python's library has not been reviewed for restricted code", _TRUSTED)
    if listed and rule is None:  # Python's own library comes before a package of that name
        return SHARE
    if not granted(name, policy):
        return _ungranted() if bundled and rule is None else _ask_for(name, rule)
    if rule is not None and rule.needs and not getattr(policy.permissions, rule.needs):
        return Verdict("deny", f"it needs [permissions] {rule.needs}", f"Ask for {_key(rule.needs)} in vaas.toml.")
    return SHARE


_TRUSTED = 'Ask for code = "trusted" in vaas.toml.'


def _ungranted() -> Verdict:
    why = "its package is in the bundle, and was not granted"
    return Verdict("deny", why, "Have it granted: `vaas grant` with packages= and its name in the requirements.")


def _ask_for(name: str, rule: ModuleRule | None) -> Verdict:
    """``rule``: what is known of a module that may be granted; its reason is the answer, and all that it needs."""
    if rule is None:
        why = "it is neither in the safe standard library, nor in the bundle, nor granted"
        return Verdict(
            "deny", why, f"List its package in requirements.txt, or ask for it in vaas.toml: {_modules(name)}"
        )
    keys = [_modules(name), *([_key(rule.needs)] if rule.needs else [])]
    return Verdict("deny", f"{rule.reason}, and was not granted", f"Ask for it in vaas.toml: {', '.join(keys)}")


def _modules(name: str) -> str:
    return f'[permissions] modules = ["{name.partition(".")[0]}"]'


def _key(permission: str) -> str:
    return f'{permission} = ["host:port"]' if permission == "net" else f"{permission} = true"
