"""Bounds: the most that a list or a text may have that people send or deploy, and that is kept. Vocabulary.

One place for all of them: the manifest (``manifest/values.py``), settings and grants, the records themselves and the
API's bodies read theirs here, and docs/operating.md shows the table. Whatever is done with a list or a text on the
event loop takes time in proportion to it, and so at most a few milliseconds. Next: ``records.py``.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from vaas.core.policy import Permissions
from vaas.core.units import format_size


class Bound(NamedTuple):
    most: int
    unit: str
    of: str
    """What it is about, for docs/operating.md."""

    @property
    def words(self) -> str:
        """``256 entries``, ``64KB``."""
        return format_size(self.most) if self.unit == "bytes" else f"{self.most} {self.unit}"


KB = 1024
MANIFEST = Bound(256 * KB, "bytes", "`vaas.toml`, `pyproject.toml`")  # a manifest is a page
REQUIREMENTS = Bound(1024 * KB, "bytes", "`requirements.txt`")  # a large app's, locked and with hashes, has 300 KB
LIST = Bound(256, "entries", "each list in a manifest, each kind of an app's grants, the apps of a token")
PACKAGES = Bound(1000, "entries", "the packages that a bundle asks for")
ITEM = Bound(1024, "characters", "each entry of such a list")
PERMISSIONS = Bound(32 * KB, "characters", "all permissions that a manifest asks for, or that an app is granted")
LABEL = Bound(255, "characters", "`version` and `entry` in a manifest")
MESSAGE = Bound(1000, "characters", "the message of a release")
ENV = Bound(64 * KB, "bytes", "the names and values of an app's `env`")
RULES = Bound(100, "entries", "`platform.grants.deny` and `platform.grants.allow`, each")
WEIGHTS = Bound(100, "entries", "the releases among which traffic is split")
STICKY = Bound(255, "characters", "what keeps a caller on one release: `header:NAME`")
DOMAIN = Bound(255, "characters", "a domain")  # DNS: 253 and two dots
TOKEN_NAME = Bound(100, "characters", "the name of a token")
COMMAND = Bound(64 * KB, "bytes", "the words of a command (`vaas run`)")
WORDS = Bound(1000, "entries", "how many words that may be")
HISTORY = Bound(
    100, "entries", "the revisions of settings that are kept, of each app and of the platform; older ones go"
)
CHANGE = Bound(4000, "characters", "what is kept of a change of settings in words; more is cut")
ERROR = Bound(4000, "characters", "what is kept of the error of a release or of settings; more is cut")
TRACEBACK = Bound(64 * KB, "characters", "and of its traceback; more is cut")
BODY = Bound(256 * KB, "bytes", "the JSON that a request brings to the API")
CALL = Bound(1024 * KB, "bytes", "the arguments of a call (`vaas call`)")
DOCUMENT = Bound(1024 * KB, "bytes", "one document of an app in the config store")

TABLE = {name: bound for name, bound in list(globals().items()) if isinstance(bound, Bound)}


def entries(kind: str) -> Bound:
    """How many patterns one kind of permission may have."""
    return PACKAGES if kind == "packages" else LIST


def excess(permissions: Permissions) -> tuple[str, str] | None:
    """Which kind of permission has too much, and how much that is; None: all are within bounds."""
    total = 0
    for kind in Permissions.__struct_fields__:
        patterns = getattr(permissions, kind)
        if isinstance(patterns, bool):
            continue
        if len(patterns) > entries(kind).most:
            return kind, f"it has {len(patterns)} entries; {entries(kind).words} are the most"
        if any(len(pattern) > ITEM.most for pattern in patterns):
            return kind, f"an entry is longer than {ITEM.words}"
        total += sum(map(len, patterns))
    if total > PERMISSIONS.most:
        return "permissions", f"they have {total} characters together; {PERMISSIONS.words} are the most"
    return None


def check(permissions: Permissions) -> None:
    """Raises ``ValueError``, of which msgspec makes a ``ValidationError`` where a record is read."""
    if found := excess(permissions):
        raise ValueError(f"{found[0]}: {found[1]}")


def most(bound: Bound) -> msgspec.Meta:
    """Of a text, a list or a table."""
    return msgspec.Meta(max_length=bound.most)


def cut(value: str, bound: Bound) -> str:
    """The beginning, if there is more than the bound: for texts that the platform keeps of what an app said."""
    return value if len(value) <= bound.most else f"{value[: bound.most - 1]}…"


def cut_middle(value: str, bound: Bound) -> str:
    """Both ends: a traceback says where it came from and what it is."""
    half = bound.most // 2 - 3
    return value if len(value) <= bound.most else f"{value[:half]}\n…\n{value[-half:]}"
