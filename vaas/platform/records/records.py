"""The documents in the config store, one frozen type each, validated on the way in and on the way out.

Keys: ``keys.py``. Codec: ``encode`` and ``decode`` at the end. Times are RFC 3339 in UTC. Next: ``store/interface.py``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar

import msgspec

from vaas.core.errors import InvalidInput
from vaas.core.policy import CodeMode, Interface, Permissions, Policy
from vaas.core.undecodable import UNDECODABLE
from vaas.platform.records import bounds
from vaas.platform.records.names import AppName, Digest, DomainName, Id, Number, OptionalDigest, Value, Variable

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""Without an offset it could not be compared with others."""
Label = Annotated[str, bounds.most(bounds.LABEL)]
Rules = Annotated[list[Annotated[str, bounds.most(bounds.ITEM)]], bounds.most(bounds.RULES)]
Weights = Annotated[dict[int, float], bounds.most(bounds.WEIGHTS)]
Sticky = Annotated[str, bounds.most(bounds.STICKY)]
Apps = Annotated[list[AppName], bounds.most(bounds.LIST)]
Role = Literal["admin", "owner", "deployer", "viewer"]
State = Literal["starting", "ready", "failed", "waiting"]
"""Of one release on one node; ``waiting`` is for a grant."""

OWN_ENV = "VAAS_"
"""Variables whose names begin so are the platform's own: an app is told two of them, and is never given one of the
node's."""


class RecordInvalid(InvalidInput):
    """This cannot be stored as {kind}: {reason}. Nothing was changed."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Http(Record, frozen=True, kw_only=True):
    """What the gateway does with an app's answers."""

    cookies: Literal["app", "as-is"] = "app"
    """``app``: the path of each cookie is within the app's own (``platform/gateway/cookie_paths.py``)."""


class Manifest(Record, frozen=True, kw_only=True):
    """What a bundle's ``vaas.toml`` says, complete with defaults; read by ``platform/manifest/reader.py``."""

    name: AppName
    version: Label = ""
    entry: Label = ""
    interface: Interface = "auto"
    """What the entry is; ``auto``: seen from the entry itself."""
    policy: Policy = Policy()
    """``code``, ``[permissions]`` and ``[limits]``: what is asked for."""
    http: Http = Http()

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for permissions beyond the bounds, which msgspec tells with its place."""
        bounds.check(self.policy.permissions)


class App(Record, frozen=True, kw_only=True):
    name: AppName
    created_at: Moment
    created_by: str
    releases: int = 0
    """The number of the newest release; the next one is one more."""


class Removed(Record, frozen=True, kw_only=True):
    """An app that was removed, kept for a while so that it can be brought back as it was."""

    app: AppName
    created_at: Moment
    """When the app was made; with its name, this says which one it was."""
    removed_at: Moment
    removed_by: str
    releases: int = 0
    documents: dict[str, str] = {}
    """All its documents by their keys, as they lay in the store."""
    tokens: list[Id] = []
    """The ids of those that were for it by name."""


class Release(Record, frozen=True, kw_only=True):
    """Immutable: what was deployed."""

    app: AppName
    number: Number
    digest: Digest
    size: int
    layer: OptionalDigest = ""
    """sha256 of the layer with its packages; empty: it has none, or they are in the bundle."""
    manifest: Manifest
    created_at: Moment
    created_by: str
    message: Annotated[str, bounds.most(bounds.MESSAGE)] = ""
    traffic: bool = True
    """Whether it becomes ``latest`` once it has started; False for ``vaas deploy --no-traffic``."""


class Grants(Record, frozen=True, kw_only=True):
    """What the operator has allowed an app; asked for but not here does not happen."""

    code: CodeMode = "restricted"
    permissions: Permissions = Permissions()

    def __post_init__(self) -> None:
        bounds.check(self.permissions)


class Outcome(Record, frozen=True, kw_only=True):
    """What became of a release: written once it is known, kept with it."""

    app: AppName
    number: Number
    state: State
    error: str = ""
    where: str = ""
    """``file:line`` in the app, if known."""
    traceback: str = ""
    missing: Grants | None = None
    """While ``waiting``: what it asks for and has not been granted."""
    steps: dict[str, float] = {}
    """Seconds each step of the deploy took."""
    at: Moment


class Settings(Record, frozen=True, kw_only=True):
    """What the operator decides for an app. Every change is a new revision, kept under ``/vaas/history``."""

    app: AppName
    revision: int
    author: str
    at: Moment
    change: str = ""
    """What changed, for people: ``env.MODE=dark``."""
    failed: str = ""
    """In the history: why this revision did not come into force."""
    grants: Grants = Grants()
    env: dict[Variable, Value] = {}
    limits: dict[str, float] = {}
    """Overrides of the manifest's ``[limits]``, in seconds, bytes or counts."""


class Trial(Record, frozen=True, kw_only=True):
    """A revision of the settings that a release must first start with; until it has, the one before is in force.

    ``starting``: nodes try it. ``failed``: kept, for people, until the next revision. One that has started has no trial
    any more: it is the settings.
    """

    app: AppName
    settings: Settings
    state: Literal["starting", "failed"] = "starting"
    at_once: bool = False
    """It is in force whether the app starts or not: it takes a permission away, or was forced."""
    release: int = 0
    """Which did not start with it."""
    error: str = ""
    where: str = ""
    traceback: str = ""
    at: Moment


class PlatformSettings(Record, frozen=True, kw_only=True):
    """What holds for every app; every change is a new revision. Revision 0: nothing was decided."""

    revision: int = 0
    author: str = ""
    at: Moment = datetime.fromtimestamp(0, UTC)
    change: str = ""
    grants_deny: Rules = []
    """Grants that no app is given: ``net=*``, ``code=trusted`` (``manifest/grant_policy.py``)."""
    grants_allow: Rules = []
    """What may be granted although a rule of ``grants_deny`` concerns it."""


class Traffic(Record, frozen=True, kw_only=True):
    """Which release answers."""

    app: AppName
    revision: int = 0
    """Counts what operators have decided; 0: nothing yet. What a deploy moves is no decision of theirs."""
    mode: Literal["latest", "lock", "weights"] = "latest"
    latest: int = 0
    """The newest release that has started, 0 for none: moved by deploys whatever the mode."""
    candidate: int = 0
    """Deployed and not yet proven, 0 for none: nodes start it; it becomes ``latest``, or its outcome says why not."""
    lock: int = 0
    weights: Annotated[dict[int, Annotated[float, msgspec.Meta(ge=0)]], bounds.most(bounds.WEIGHTS)] = {}
    sticky: Sticky = ""
    """How a caller stays on one release under ``weights``: ``cookie``, ``header:NAME``, or empty for not."""


class Run(Record, frozen=True, kw_only=True):
    """A command that was run in the app's confinement: ``vaas run``."""

    app: AppName
    number: Number
    """In the order in which they began."""
    command: tuple[str, ...]
    release: int
    node: str
    by: str
    at: Moment
    ended_at: Moment | None = None
    """None: it runs, or its node ended before it did."""
    exit_code: int | None = None
    reason: str = ""
    """Why it was ended, if it did not end by itself."""


class Domain(Record, frozen=True, kw_only=True):
    domain: DomainName
    app: AppName
    created_at: Moment
    created_by: str


class ReleaseStatus(Record, frozen=True, kw_only=True):
    """How one release fares on one node."""

    state: State
    error: str = ""
    where: str = ""
    traceback: str = ""
    steps: dict[str, float] = {}
    """Seconds each step of the deploy took here."""


class Node(Record, frozen=True, kw_only=True):
    """One running ``vaas platform``; its document disappears with it."""

    id: Id
    gateway: str
    """The gateway's base URL."""
    console: str
    started_at: Moment
    version: str
    apps: dict[str, dict[int, ReleaseStatus]] = {}
    """By app, by release number."""


class Token(Record, frozen=True, kw_only=True):
    id: Id
    digest: str
    """sha256 of the secret part: it has 256 random bits, so no slow hash is needed."""
    name: str
    role: Role
    apps: Apps = []
    """For an owner or a deployer: which apps are theirs."""
    created_at: Moment
    created_by: str
    revoked_at: Moment | None = None
    """Since when it is no longer valid; the document stays a while, so that its holder gets that as the reason."""


OF_MANY: tuple[type[Record], ...] = (Removed, Node)
"""Documents that hold many others, whose size goes with their number."""

R = TypeVar("R", bound=Record)


def encode(record: Record) -> bytes:
    """As it is stored. Raises ``RecordInvalid`` for what ``decode`` would refuse: what was stored can be read."""
    try:
        # Not in one step: msgspec refuses to put a dict in order whose keys are release numbers.
        data = msgspec.json.encode(msgspec.to_builtins(record, str_keys=True, order="deterministic"))
        decode(data, type(record))
    except (*UNDECODABLE, UnicodeEncodeError) as error:
        raise RecordInvalid(kind=type(record).__name__, reason=error) from error
    return data


def decode(data: bytes, kind: type[R]) -> R:
    """Raises what ``UNDECODABLE`` names for what is not a valid document."""
    if len(data) > bounds.DOCUMENT.most and kind not in OF_MANY:
        raise msgspec.ValidationError(f"it has {len(data)} bytes; {bounds.DOCUMENT.words} are the most")
    return msgspec.json.decode(data, type=kind)


def stamp(at: datetime) -> int:
    """A moment as a number, in microseconds: it tells apps of one name apart."""
    return int(at.timestamp() * 1_000_000)


def now() -> datetime:
    return datetime.now(UTC)
