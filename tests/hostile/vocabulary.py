"""Vocabulary of the storm: what attackers know, yield and get; what users and the census tell; all frozen data."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from random import Random
from typing import Literal, NamedTuple

Listener = Literal["gateway", "console"]
Address = tuple[str, int]


class World(NamedTuple):
    """What an attacker knows of the platform."""

    gateway: Address
    console: Address
    admin: str
    """A token, as are the next two."""
    deployer: str
    """Of the apps whose names begin with ``storm-``."""
    viewer: str
    target: str = "target"
    """The app that is attacked: ``apps.py`` says which routes it has."""


class Answer(NamedTuple):
    """What came of a shot."""

    statuses: tuple[int, ...] = ()
    """Of each answer on the connection, in their order, without 100."""
    bodies: tuple[bytes, ...] = ()
    """The beginning of each."""
    closed: float | None = None
    """Seconds after the shot's beginning until the other end closed; None: we did."""
    first: float | None = None
    """Seconds until the first answer's head."""
    size: int = 0
    """Bytes that came in all."""
    sent: int = 0
    """Bytes that were taken."""
    garbled: bool = False
    """What came was no HTTP."""

    @property
    def status(self) -> int:
        """Of the last answer; 0: there was none."""
        return self.statuses[-1] if self.statuses else 0

    @property
    def turned_away(self) -> bool:
        """For want of a place, which is right at any time for those who take all places."""
        full = self.status == 503 and any(word in self.bodies[-1] for word in FULL)
        return full or (not self.statuses and self.closed is not None)


FULL = (b"too-many", b"--connections", b"limits.", b"starting", b"waiting-for-grants")
"""In a problem that says that there is no place now, or no release yet."""
Right = Callable[[Answer], str]
"""What is wrong with an answer; empty: it is right."""


class Shot(NamedTuple):
    """One connection: what is sent on it, how, and what must come of it."""

    at: Listener
    pieces: tuple[bytes, ...]
    right: Right
    gap: float = 0.0
    """Seconds between two pieces."""
    delay: float = 0.0
    """Seconds before it begins, after the volley's beginning."""
    stay: float = 5.0
    """Seconds at most until we leave."""
    answers: int = 1
    """We leave after so many; 0: only when the time is over, or the other end has closed."""
    reads: bool = True
    """Whether what comes is read."""
    resets: bool = False
    """Whether we leave by a reset."""


Volley = Sequence[Shot]
Rounds = Generator[Volley, Sequence[Answer], None]


class Attacker(NamedTuple):
    """One kind of attack."""

    name: str
    round: Callable[[Random, World], Rounds]
    """One round: a few volleys, then its end. It is begun again while the storm lasts."""
    rate: float = 4.0
    """Volleys a second at most."""


class Tally(NamedTuple):
    """What an attacker has done, and got."""

    name: str
    rounds: int = 0
    shots: int = 0
    right: int = 0
    turned_away: int = 0
    wrong: tuple[str, ...] = ()
    """The first few that were not right."""
    wrongs: int = 0
    """How many were not."""
    sent: int = 0
    """Bytes."""
    processor: float = 0.0
    """Seconds of it that the attacker itself has used."""


class Sample(NamedTuple):
    """One question of a user, or one deploy."""

    kind: str
    at: float
    """When it was to be asked, by the monotonic clock."""
    seconds: float
    """From then until it was answered."""
    wrong: str = ""
    """Empty: the answer was right."""


class Process(NamedTuple):
    pid: int
    kind: str
    """``node``, ``zygote``, ``host``, ``broker`` or what it calls itself."""
    memory: int
    """Resident bytes."""
    descriptors: int


class Stored(NamedTuple):
    """A file or folder of the data folder."""

    path: str
    size: int
    mode: int


class Processor(NamedTuple):
    """What the event loop's thread of the node has had of it so far, in seconds."""

    ran: float = 0.0
    waited: float = 0.0
    """Ready to run, while others had it."""


class Census(NamedTuple):
    """What there is at a moment."""

    at: float
    processes: tuple[Process, ...]
    files: tuple[Stored, ...] = ()
    processor: Processor = Processor()


class Span(NamedTuple):
    """Of time, by the monotonic clock."""

    begin: float
    end: float


class Storm(NamedTuple):
    """All that was measured: what the judge gets."""

    quiet: tuple[Span, ...]
    storm: Span
    samples: tuple[Sample, ...]
    tallies: tuple[Tally, ...]
    before: Census
    during: tuple[Census, ...]
    after: Census
    log: str
    """Of the node, from the storm's beginning on."""
