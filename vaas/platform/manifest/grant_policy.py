"""The platform's policy: which grants may be given at all. Pure.

A rule is written as a grant is, ``net=10.0.0.5:5432`` or ``code=trusted``, and its pattern may be a glob
(``net=*.internal:*``; ``net=*`` is all of the net). It concerns a grant that it covers, and one that would cover it:
who denies ``read=/etc`` denies ``read=/`` too. Asked by ``control/granting.py``; which pattern covers which:
``grants.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from vaas.core.errors import InvalidInput
from vaas.platform.manifest.grants import COVERS, listed
from vaas.platform.records.records import Grants

WHOLE = ("code=trusted", "subprocess=true")
"""Grants that have no pattern."""


class RuleInvalid(InvalidInput):
    """`{rule}` is no grant. Write it as `vaas grant` takes it: {kinds}."""


def check_rule(rule: str) -> None:
    """Raises ``RuleInvalid``."""
    kind, _, pattern = rule.partition("=")
    if rule not in WHOLE and not (kind in COVERS and pattern):
        raise RuleInvalid(rule=rule, kinds=", ".join([*(f"{kind}=PATTERN" for kind in COVERS), *WHOLE]))


def denied(grants: Grants, deny: Iterable[str], allow: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The grants that may not be given, each with its rule; what an ``allow`` rule covers may."""
    allow, deny = list(allow), list(deny)
    kept = [line for line in _lines(grants) if not any(_covers(rule, line) for rule in allow)]
    found = ((line, next((rule for rule in deny if _concerns(rule, line)), None)) for line in kept)
    return [(line, rule) for line, rule in dict(found).items() if rule is not None]


def _lines(grants: Grants) -> list[str]:
    """Each grant, and what it comes with: who may write may read."""
    lines = listed(grants)
    return lines + [f"read={line.partition('=')[2]}" for line in lines if line.startswith("write=")]


def _concerns(rule: str, grant: str) -> bool:
    return _covers(rule, grant) or _covers(grant, rule)


def _covers(outer: str, inner: str) -> bool:
    kind, _, pattern = outer.partition("=")
    other, _, asked = inner.partition("=")
    if kind != other:
        return False
    return pattern == asked or fnmatchcase(asked, pattern) or (kind in COVERS and COVERS[kind](pattern, asked))
