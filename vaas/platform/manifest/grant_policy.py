"""The platform's policy: which grants may be given at all. Pure.

A rule is written as a grant is, ``net=10.0.0.5:5432`` or ``code=trusted``, and its pattern may be a glob
(``net=*.internal:*``; ``net=*`` is all of the net). It concerns a grant that it covers, and one that would cover it:
who denies ``read=/etc`` denies ``read=/`` too. Asked by ``control/granting.py``, in a thread: it looks at
each grant with each rule of its kind. Which pattern covers which: ``patterns.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from typing import NamedTuple

from vaas.core.errors import InvalidInput
from vaas.platform.manifest.grants import listed
from vaas.platform.manifest.patterns import PARTS
from vaas.platform.records.records import Grants

GLOB = re.compile(r"[*?\[]")

WHOLE = ("code=trusted", "subprocess=true")
"""Grants that have no pattern."""


class RuleInvalid(InvalidInput):
    """`{rule}` is no grant. Write it as `vaas grant` takes it: {kinds}."""


def check_rule(rule: str) -> None:
    """Raises ``RuleInvalid``."""
    kind, _, pattern = rule.partition("=")
    if rule not in WHOLE and not (kind in PARTS and pattern):
        raise RuleInvalid(rule=rule, kinds=", ".join([*(f"{kind}=PATTERN" for kind in PARTS), *WHOLE]))


def denied(grants: Grants, deny: Iterable[str], allow: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The grants that may not be given, each with its rule; what an ``allow`` rule covers may."""
    denying, allowing = _by_kind(deny), _by_kind(allow)
    found = ((line, _rule_for(_Pattern.of(line), denying, allowing)) for line in dict.fromkeys(_lines(grants)))
    return [(line, rule) for line, rule in found if rule]


class _Pattern(NamedTuple):
    line: str
    kind: str
    parts: tuple[str, ...] | None
    """None: of a kind that has none."""
    glob: re.Pattern[str] | None

    @classmethod
    def of(cls, line: str) -> _Pattern:
        kind, _, text = line.partition("=")
        parts = tuple(PARTS[kind](text)) if kind in PARTS else None
        # Not by ``fnmatch`` itself, which remembers 32,768 patterns.
        return cls(line, kind, parts, re.compile(translate(text)) if GLOB.search(text) else None)

    def covers(self, other: _Pattern) -> bool:
        if self.kind != other.kind:
            return False
        if self.line == other.line or (self.glob and self.glob.match(other.line.partition("=")[2])):
            return True
        return self.parts is not None and other.parts is not None and other.parts[: len(self.parts)] == self.parts


Rules = Mapping[str, list[_Pattern]]


def _by_kind(rules: Iterable[str]) -> Rules:
    found: dict[str, list[_Pattern]] = {}
    for pattern in map(_Pattern.of, rules):
        found.setdefault(pattern.kind, []).append(pattern)
    return found


def _rule_for(grant: _Pattern, deny: Rules, allow: Rules) -> str:
    """The first rule that denies that grant, or empty."""
    if any(rule.covers(grant) for rule in allow.get(grant.kind, ())):
        return ""
    return next((rule.line for rule in deny.get(grant.kind, ()) if rule.covers(grant) or grant.covers(rule)), "")


def _lines(grants: Grants) -> list[str]:
    """Each grant, and what it comes with: who may write may read."""
    lines = listed(grants)
    return lines + [f"read={line.partition('=')[2]}" for line in lines if line.startswith("write=")]
