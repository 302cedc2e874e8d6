"""Changing settings: dotted keys in, a new revision out, with what changed in words. Pure.

``env.NAME`` takes a text, ``limits.KEY`` what the manifest takes there (``"5s"``, ``"256MB"``, ``4``); null removes
either. Used by ``settings.py`` and ``plans.py``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from vaas.core.errors import InvalidInput
from vaas.core.limit_keys import COUNT
from vaas.core.limits.words import limit_text
from vaas.core.nearest import nearest
from vaas.core.policy import LIMIT_KEYS
from vaas.platform.manifest.grants import listed
from vaas.platform.manifest.values import LIMITS, Wrong
from vaas.platform.manifest.variables import refusal
from vaas.platform.records import bounds
from vaas.platform.records.names import VARIABLE
from vaas.platform.records.records import OWN_ENV, Grants, Settings, Trial

if TYPE_CHECKING:
    from vaas.platform.control.views import SettingsView

V = TypeVar("V")
S = TypeVar("S", Settings, "SettingsView")

HIDDEN = "***"
"""Stands for the value of an environment variable, for those who may not see it."""

WORD = 500
"""Characters of one change that are kept in words."""

MORE = "…"
"""Stands for the changes that are too many to be told."""

_WORD = re.compile(r"""(?:'[^']*'|"'"|[^\s'"]+)+""")
"""As ``shlex.join`` writes it."""
_OF_ENV = re.compile(r"'?(env\.[A-Za-z0-9_]*)=?")


class SettingUnknown(InvalidInput):
    """There is no setting `{key}`{nearest}. Settings are `env.NAME` and {limits}."""


class SettingInvalid(InvalidInput):
    """`{key}`: {reason}"""


class SettingNotSet(InvalidInput):
    """`{key}` is not set, so it cannot be removed. Set are: {known}."""


def unset(app: str) -> Settings:
    """What an app has before anything was decided for it: revision 0."""
    return Settings(app=app, revision=0, author="", at=datetime.fromtimestamp(0, UTC))


def first(app: str, by: str, at: datetime, grants: Grants) -> Settings:
    """Revision 1, made together with the app."""
    change = _words("created", *(f"+{line}" for line in listed(grants)))
    return Settings(app=app, revision=1, author=by, at=at, change=change, grants=grants)


def revised(
    before: Settings, after: Settings, by: str, at: datetime, why: str = "", revision: int | None = None
) -> Settings:
    """``after`` as that revision, or as the one that follows ``before``; ``before`` itself if nothing differs."""
    change = _words(*why.split(), *_differences(before, after))
    if before.grants == after.grants and before.env == after.env and before.limits == after.limits:
        return before
    number = revision or before.revision + 1
    return replace(after, revision=number, author=by, at=at, change=change, failed="")


def edited(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """With these dotted keys set, or removed where the value is None; the revision is left as it is.

    Raises ``SettingUnknown``, ``SettingInvalid``, ``SettingNotSet``, each naming the key.
    """
    env, limits = dict(settings.env), dict(settings.limits)
    for key, value in changes.items():
        group, _, name = key.partition(".")
        if group == "env":
            _put(env, key, name, None if value is None else _env(key, name, value))
        elif group == "limits" and name in LIMITS:
            _put(limits, key, name, None if value is None else _limit(key, name, value))
        else:
            raise _unknown(key)
    if sum(len(name.encode()) + len(value.encode()) for name, value in env.items()) > bounds.ENV.most:
        raise SettingInvalid(key="env", reason=f"names and values together are larger than {bounds.ENV.words}.")
    return replace(settings, env=env, limits=limits)


def masked(settings: S) -> S:
    """For those who may not see the environment's values: they are hidden, also in the words of the change."""
    env = dict.fromkeys(settings.env, HIDDEN)
    return replace(settings, env=env, change=_masked(settings.change))


def trial_masked(trial: Trial) -> Trial:
    return replace(trial, settings=masked(trial.settings))


def _masked(change: str) -> str:
    # Not by ``shlex.split``, which takes a millisecond for a thousand characters: a history may have many changes.
    return _WORD.sub(_hidden, change)


def _hidden(word: re.Match[str]) -> str:
    found = _OF_ENV.match(word[0])
    return shlex.quote(f"{found[1]}={HIDDEN}") if found else word[0]


def _put(table: dict[str, V], key: str, name: str, value: V | None) -> None:
    if value is not None:
        table[name] = value
    elif name in table:
        del table[name]
    else:
        group = key.partition(".")[0]
        known = ", ".join(f"{group}.{each}" for each in sorted(table))
        raise SettingNotSet(key=key, known=known or "none")


def _env(key: str, name: str, value: object) -> str:
    if not VARIABLE.fullmatch(name):
        raise SettingInvalid(key=key, reason="a name has letters, digits and underscores, and no digit first.")
    if not isinstance(value, str):
        raise SettingInvalid(key=key, reason=f'its value must be a text: "{value}".')
    if name.startswith(OWN_ENV):
        raise SettingInvalid(key=key, reason=f"names that begin with {OWN_ENV} are the platform's own.")
    if reason := refusal(name):
        raise SettingInvalid(key=key, reason=f"{name} is given to no app: {reason}.")
    if "\0" in value:
        raise SettingInvalid(key=key, reason="its value must not contain a NUL character.")
    return value


def _limit(key: str, name: str, value: object) -> float:
    is_word = isinstance(value, str)
    if is_word and LIMIT_KEYS[name].kind is COUNT and re.fullmatch("[0-9]{1,9}", str(value)):
        value = int(str(value))  # a command line sends 8 as "8"
    try:
        return float(LIMITS[name](value))
    except Wrong as wrong:
        # The remedies are for a manifest; where a text came, a shell has taken the quotes.
        remedy = wrong.remedy.replace('"', "") if is_word else wrong.remedy
        raise SettingInvalid(key=key, reason=f"{wrong.why}; {remedy}.") from None


def _unknown(key: str) -> SettingUnknown:
    names = [f"limits.{name}" for name in LIMITS]
    near = nearest(key, names, cutoff=0.5)
    hint = f" (did you mean `{near}`?)" if near else ""
    return SettingUnknown(key=key, nearest=hint, limits=", ".join(f"`{name}`" for name in names))


def _differences(before: Settings, after: Settings) -> Iterable[str]:
    yield from _lines("env", before.env, after.env)
    yield from _lines("limits", _texts(before.limits), _texts(after.limits))
    old, new = dict.fromkeys(listed(before.grants)), dict.fromkeys(listed(after.grants))
    yield from (f"+{line}" for line in new if line not in old)
    yield from (f"-{line}" for line in old if line not in new)


def _texts(limits: Mapping[str, float]) -> dict[str, str]:
    return {name: limit_text(name, value) for name, value in limits.items()}


def _lines(group: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[str]:
    yield from (f"{group}.{name}={value}" for name, value in after.items() if before.get(name) != value)
    yield from (f"-{group}.{name}" for name in before if name not in after)


def _words(*words: str) -> str:
    # Quoted as for a shell: `vaas settings APP set` takes them again, and no value is mistaken for a further word.
    kept: list[str] = []
    room = bounds.CHANGE.most - len(MORE)
    for word in words:
        quoted = shlex.quote(word if len(word) <= WORD else f"{word[:WORD]}…")
        room -= len(quoted) + 1
        if room < 0:
            return " ".join([*kept, MORE])
        kept.append(quoted)
    return " ".join(kept)
