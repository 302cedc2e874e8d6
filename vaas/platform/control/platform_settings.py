"""The platform's own settings: what holds for every app. Read, changed under the revision that was read, kept.

``platform.grants.deny`` and ``platform.grants.allow``: what may be granted at all (``manifest/grant_policy.py``).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from msgspec.structs import replace

from vaas.core.errors import Conflict, InvalidInput
from vaas.platform.manifest.grant_policy import check_rule
from vaas.platform.records import keys
from vaas.platform.records.bounds import HISTORY, ITEM, RULES
from vaas.platform.records.documents import absent, find, find_all, put
from vaas.platform.records.records import PlatformSettings, now
from vaas.platform.store.interface import Check, Delete, Put, RevisionMismatch, Store

FIELDS = {"platform.grants.deny": "grants_deny", "platform.grants.allow": "grants_allow"}
"""Each key with the field that holds it."""


class PlatformSettingUnknown(InvalidInput):
    """There is no setting `{key}` of the platform. There are {known}."""


class PlatformSettingInvalid(InvalidInput):
    """`{key}` takes a list of grants, such as ["net=*", "code=trusted"]: {most} at most, each of {item} at most."""


class PlatformSettingsChanged(Conflict):
    """The platform's settings are at revision {revision} by now, you had read {read}. Read them again, and repeat your
    change if it still makes sense."""


async def read_policy(store: Store) -> tuple[PlatformSettings, Check]:
    """The settings, and what holds until they change."""
    found = await find(store, keys.PLATFORM_SETTINGS, PlatformSettings)
    if found is None:
        return PlatformSettings(), absent(keys.PLATFORM_SETTINGS)
    return found.record, found.unchanged


async def history(store: Store) -> list[PlatformSettings]:
    """Every revision, newest first."""
    return [doc.record for doc in reversed(await find_all(store, keys.PLATFORM_HISTORY, PlatformSettings))]


async def change(store: Store, changes: Mapping[str, object], read: int, by: str) -> PlatformSettings:
    """Sets these keys, or removes them where the value is None.

    Raises ``PlatformSettingUnknown``, ``PlatformSettingInvalid``, ``RuleInvalid``, ``PlatformSettingsChanged``.
    """
    before, unchanged = await read_policy(store)
    if before.revision != read:
        raise PlatformSettingsChanged(revision=before.revision, read=read)
    fields = {_field(key): _rules(key, value) for key, value in changes.items()}
    if all(getattr(before, name) == rules for name, rules in fields.items()):
        return before
    words = [f"{key}={','.join(rules)}" for key, rules in zip(changes, fields.values(), strict=True)]
    after = replace(before, revision=before.revision + 1, author=by, at=now(), change=shlex.join(words), **fields)
    try:
        written: list[Put | Delete] = [
            put(keys.PLATFORM_SETTINGS, after),
            put(keys.platform_history(after.revision), after),
        ]
        if (old := after.revision - HISTORY.most) > 0:
            written.append(Delete(keys.platform_history(old)))
        await store.commit(written, [unchanged])
    except RevisionMismatch:
        newest, _ = await read_policy(store)
        raise PlatformSettingsChanged(revision=newest.revision, read=read) from None
    return after


def _field(key: str) -> str:
    if key not in FIELDS:
        raise PlatformSettingUnknown(key=key, known=" and ".join(f"`{known}`" for known in FIELDS))
    return FIELDS[key]


def _is_short(rule: object) -> bool:
    return isinstance(rule, str) and len(rule) <= ITEM.most


def _rules(key: str, value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > RULES.most or not all(map(_is_short, value)):
        raise PlatformSettingInvalid(key=key, most=RULES.words, item=ITEM.words)
    for rule in value:
        check_rule(rule)
    return list(dict.fromkeys(value))
