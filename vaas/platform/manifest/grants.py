"""Asked and granted: what a release may do is the part of what it asks for that the operator has allowed its app.

Pure: policies and grants in, policies and grants out. What each kind of permission *covers* is one table below.
Asked by the reconciler for each host (``effective``) and by the API for each deploy (``missing``).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping

import msgspec

from vaas.core.errors import InvalidInput
from vaas.core.policy import LIMIT_KEYS, CodeMode, Limits, Permissions, Policy
from vaas.platform.manifest.values import GRANTS, Wrong
from vaas.platform.records.records import Grants, Manifest, Settings

Covers = Callable[[str, str], bool]
"""Whether a granted pattern (first) allows all that an asked one (second) stands for."""

Kinds = dict[str, tuple[str, ...]]
"""The listed permissions by kind: every field of ``Permissions`` but ``subprocess``."""


class GrantInvalid(InvalidInput):
    """`{kind}`: {reason}."""


class NotGranted(InvalidInput):
    """{app} has not been granted {grant}, so it cannot be taken away. Granted are: {granted}."""


def _same(granted: str, asked: str) -> bool:
    return granted in ("*", asked)


def _dotted(granted: str, asked: str) -> bool:
    return _same(granted, asked) or asked.startswith(granted + ".")


def _method(granted: str, asked: str) -> bool:
    return _same(granted, asked) or (granted.endswith(".*") and asked.startswith(granted[:-1]))


def _path(granted: str, asked: str) -> bool:
    # By whole names and after resolving "..": /srv/data covers neither /srv/database nor /srv/data/../etc.
    outer, inner = _parts(granted), _parts(asked)
    return inner[: len(outer)] == outer


def _parts(path: str) -> list[str]:
    return [part for part in posixpath.normpath(path).split("/") if part]


COVERS: dict[str, Covers] = {
    "modules": _dotted,
    "packages": _same,
    "net": _same,
    "read": _path,
    "write": _path,
    "env": _same,
    "rpc": _method,
}


def effective(manifest: Manifest, settings: Settings) -> Policy:
    """What a host of this release obeys: asked ∩ granted, with the operator's limits over the manifest's."""
    asked, granted = manifest.policy, settings.grants
    return Policy(
        code=_weaker(asked.code, granted.code),
        permissions=meet(asked.permissions, granted.permissions),
        limits=limited(asked.limits, settings.limits),
    )


def meet(asked: Permissions, granted: Permissions) -> Permissions:
    """What both allow. Where one pattern covers the other, the narrower one."""
    allowed = _allowed(granted)
    kinds = {kind: _meet(COVERS[kind], patterns, allowed[kind]) for kind, patterns in _kinds(asked).items()}
    return _permissions(kinds, asked.subprocess and granted.subprocess)


def limited(limits: Limits, overrides: Mapping[str, float]) -> Limits:
    """The manifest's limits with those of the settings in their place."""
    known = {name: LIMIT_KEYS[name].kind.type(value) for name, value in overrides.items() if name in LIMIT_KEYS}
    return msgspec.structs.replace(limits, **known)


def missing(asked: Policy, granted: Grants) -> Grants | None:
    """What that policy asks for beyond what has been granted, or None if nothing is missing."""
    allowed = _allowed(granted.permissions)
    kinds = {
        kind: _uncovered(COVERS[kind], patterns, allowed[kind]) for kind, patterns in _kinds(asked.permissions).items()
    }
    subprocess = asked.permissions.subprocess and not granted.permissions.subprocess
    code: CodeMode = "trusted" if asked.code == "trusted" and granted.code != "trusted" else "restricted"
    lack = Grants(code=code, permissions=_permissions(kinds, subprocess))
    return None if lack == Grants() else lack


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
    """Both together."""
    kinds = _kinds(more.permissions)
    joined = {kind: (*patterns, *kinds[kind]) for kind, patterns in _kinds(granted.permissions).items()}
    return Grants(
        code="trusted" if "trusted" in (granted.code, more.code) else "restricted",
        permissions=_permissions(joined, granted.permissions.subprocess or more.permissions.subprocess),
    )


def remove(app: str, granted: Grants, less: Grants) -> Grants:
    """Without these. Raises ``NotGranted`` for one that was not granted in just these words."""
    lines = listed(granted)
    for line in listed(less):
        if line not in lines:
            raise NotGranted(app=app, grant=line, granted=", ".join(lines) or "nothing")
    kinds = _kinds(less.permissions)
    rest = {
        kind: tuple(pattern for pattern in patterns if pattern not in kinds[kind])
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


def _weaker(asked: CodeMode, granted: CodeMode) -> CodeMode:
    return "trusted" if asked == granted == "trusted" else "restricted"


def _kinds(permissions: Permissions) -> Kinds:
    return {kind: getattr(permissions, kind) for kind in COVERS}


def _allowed(granted: Permissions) -> Kinds:
    kinds = _kinds(granted)
    return {**kinds, "read": (*kinds["read"], *kinds["write"])}  # who may write may read


def _permissions(kinds: Mapping[str, Iterable[str]], subprocess: bool) -> Permissions:
    lists = {kind: tuple(sorted(set(patterns))) for kind, patterns in kinds.items()}
    return msgspec.convert({**lists, "subprocess": subprocess}, Permissions)


def _meet(covers: Covers, asked: Iterable[str], granted: tuple[str, ...]) -> list[str]:
    both: list[str] = []
    for want in asked:
        whole = any(covers(grant, want) for grant in granted)
        both += [want] if whole else [grant for grant in granted if covers(want, grant)]
    return both


def _uncovered(covers: Covers, asked: Iterable[str], granted: tuple[str, ...]) -> list[str]:
    return [want for want in asked if not any(covers(grant, want) for grant in granted)]
