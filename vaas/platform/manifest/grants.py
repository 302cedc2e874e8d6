"""Asked and granted: what a release may do is the part of what it asks for that the operator has allowed its app.

Pure: policies and grants in, policies and grants out. What covers what: ``patterns.py``; every question takes
time in proportion to the patterns that it is about.
Asked by the reconciler for each host (``effective``) and by the API for each deploy (``missing``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice

import msgspec

from vaas.core.errors import InvalidInput
from vaas.core.policy import LIMIT_KEYS, CodeMode, Limits, Permissions, Policy
from vaas.platform.manifest.patterns import PARTS, Tree
from vaas.platform.manifest.values import GRANTS, Wrong
from vaas.platform.records import bounds
from vaas.platform.records.records import Grants, Manifest, Settings

REMEMBERED = 256
"""Results of ``meet`` that are kept: a plan asks for those of some ten releases of its app, again and again."""

SHOWN = 20
"""Grants that an error lists."""

Kinds = dict[str, tuple[str, ...]]
"""The listed permissions by kind: every field of ``Permissions`` but ``subprocess``."""


class GrantInvalid(InvalidInput):
    """`{kind}`: {reason}."""


class NotGranted(InvalidInput):
    """{app} has not been granted {grant}, so it cannot be taken away. Granted are: {granted}."""


def effective(manifest: Manifest, settings: Settings) -> Policy:
    """What a host of this release obeys: asked ∩ granted, with the operator's limits over the manifest's."""
    asked, granted = manifest.policy, settings.grants
    return Policy(
        code=_weaker(asked.code, granted.code),
        permissions=meet(asked.permissions, granted.permissions),
        limits=limited(asked.limits, settings.limits),
    )


@lru_cache(REMEMBERED)
def meet(asked: Permissions, granted: Permissions) -> Permissions:
    """What both allow. Where one pattern covers the other, the narrower one."""
    allowed = _allowed(granted)
    kinds = {kind: _meet(kind, patterns, allowed[kind]) for kind, patterns in _kinds(asked).items()}
    return _permissions(kinds, asked.subprocess and granted.subprocess)


def limited(limits: Limits, overrides: Mapping[str, float]) -> Limits:
    """The manifest's limits with those of the settings in their place."""
    known = {name: LIMIT_KEYS[name].kind.type(value) for name, value in overrides.items() if name in LIMIT_KEYS}
    return msgspec.structs.replace(limits, **known)


def missing(asked: Policy, granted: Grants) -> Grants | None:
    """What that policy asks for beyond what has been granted, or None if nothing is missing."""
    allowed = _allowed(granted.permissions)
    kinds = {kind: _uncovered(kind, patterns, allowed[kind]) for kind, patterns in _kinds(asked.permissions).items()}
    subprocess = asked.permissions.subprocess and not granted.permissions.subprocess
    code: CodeMode = "trusted" if asked.code == "trusted" and granted.code != "trusted" else "restricted"
    lack = Grants(code=code, permissions=_permissions(kinds, subprocess))
    return None if lack == Grants() else lack


def allows(granted: Policy, asked: Policy) -> bool:
    """Whether a policy allows all that the other does."""
    allowed, wanted = _allowed(granted.permissions), asked.permissions
    return (
        (granted.code == "trusted" or asked.code != "trusted")
        and (granted.permissions.subprocess or not wanted.subprocess)
        and not any(_uncovered(kind, patterns, allowed[kind]) for kind, patterns in _kinds(wanted).items())
    )


def asks(policy: Policy) -> Grants:
    """All that a policy asks for, as the grants that would allow it."""
    return Grants(code=policy.code, permissions=policy.permissions)


def check(grants: Grants) -> None:
    """Raises ``GrantInvalid`` for a pattern that no manifest could ask for."""
    for kind, patterns in _kinds(grants.permissions).items():
        try:
            GRANTS[kind](list(patterns))
        except Wrong as wrong:
            raise GrantInvalid(kind=kind, reason=wrong) from None


def add(granted: Grants, more: Grants) -> Grants:
    """Both together. Raises ``GrantInvalid`` if that is more than an app may have."""
    kinds = _kinds(more.permissions)
    joined = {kind: (*patterns, *kinds[kind]) for kind, patterns in _kinds(granted.permissions).items()}
    permissions = _permissions(joined, granted.permissions.subprocess or more.permissions.subprocess)
    if found := bounds.excess(permissions):
        raise GrantInvalid(kind=found[0], reason=f"with what is granted already, {found[1]}. Take some away first")
    return Grants(code="trusted" if "trusted" in (granted.code, more.code) else "restricted", permissions=permissions)


def remove(app: str, granted: Grants, less: Grants) -> Grants:
    """Without these. Raises ``NotGranted`` for one that was not granted in just these words."""
    lines = dict.fromkeys(listed(granted))
    for line in listed(less):
        if line not in lines:
            raise NotGranted(app=app, grant=line, granted=_few(lines))
    gone = {kind: frozenset(patterns) for kind, patterns in _kinds(less.permissions).items()}
    rest = {
        kind: tuple(pattern for pattern in patterns if pattern not in gone[kind])
        for kind, patterns in _kinds(granted.permissions).items()
    }
    return Grants(
        code="restricted" if less.code == "trusted" else granted.code,
        permissions=_permissions(rest, granted.permissions.subprocess and not less.permissions.subprocess),
    )


def listed(grants: Grants) -> list[str]:
    """One ``kind=pattern`` per grant, as people write them: ``net=api.example.com:443``."""
    lines = ["code=trusted"] if grants.code == "trusted" else []
    for kind, patterns in _kinds(grants.permissions).items():
        lines += [f"{kind}={pattern}" for pattern in patterns]
    return lines + (["subprocess=true"] if grants.permissions.subprocess else [])


def _few(lines: Iterable[str]) -> str:
    shown = list(islice(lines, SHOWN + 1))
    return ", ".join([*shown[:SHOWN], *(["…"] if len(shown) > SHOWN else [])]) or "nothing"


def _weaker(asked: CodeMode, granted: CodeMode) -> CodeMode:
    return "trusted" if asked == granted == "trusted" else "restricted"


def _kinds(permissions: Permissions) -> Kinds:
    return {kind: getattr(permissions, kind) for kind in PARTS}


def _allowed(granted: Permissions) -> Kinds:
    kinds = _kinds(granted)
    return {**kinds, "read": (*kinds["read"], *kinds["write"])}  # who may write may read


def _permissions(kinds: Mapping[str, Iterable[str]], subprocess: bool) -> Permissions:
    lists = {kind: tuple(sorted(set(patterns))) for kind, patterns in kinds.items()}
    return msgspec.convert({**lists, "subprocess": subprocess}, Permissions)


def _meet(kind: str, asked: Iterable[str], granted: Iterable[str]) -> list[str]:
    whole = Tree(kind, granted)
    both: list[str] = []
    rest: list[str] = []
    for want in asked:
        (both if whole.covers(want) else rest).append(want)
    wider = Tree(kind, rest)
    return both + [grant for grant in granted if wider.covers(grant)]


def _uncovered(kind: str, asked: Iterable[str], granted: Iterable[str]) -> list[str]:
    whole = Tree(kind, granted)
    return [want for want in asked if not whole.covers(want)]
