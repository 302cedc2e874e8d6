"""Policy: what one app may do, as frozen data. Enforcement stands elsewhere.

Vocabulary for every floor: the manifest asks for a ``Policy``, the operator grants one, and what runs is the
``allowed`` part of both. Next: ``vaas/core/spec.py``, which carries the policy to the process that obeys it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

CodeMode = Literal["restricted", "trusted"]


class Permissions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an app asks for beyond its own folder. Empty means: nothing."""

    modules: tuple[str, ...] = ()
    """Importable modules beyond the safe standard library, by dotted name; ``*`` is any."""
    net: tuple[str, ...] = ()
    """``host:port`` pairs it may connect to; ``*`` is any."""
    read: tuple[str, ...] = ()
    """Absolute paths outside the bundle it may read."""
    write: tuple[str, ...] = ()
    """Absolute paths outside the bundle it may read and write."""
    env: tuple[str, ...] = ()
    """Names of environment variables it may see."""
    rpc: tuple[str, ...] = ()
    """``app.method`` patterns it may call; ``billing.*`` is all of one app."""
    subprocess: bool = False
    """Whether it may start other programs."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the machine one release may use. Times in seconds, sizes in bytes."""

    workers: int = 4
    """Threads at most per host, each with its own instance of the app."""
    hosts: int = 1
    """Processes at most per node."""
    timeout: float = 30.0
    """Per request, from the gateway's clock."""
    memory: int = 256 * 1024 * 1024
    """Per host."""
    idle: float = 120.0
    """A host unused this long goes away."""
    body: int = 10 * 1024 * 1024
    """The largest request body."""
    concurrency: int = 100
    """In flight at most per worker for async handlers."""
    queue: int = 100
    """Waiting at most per release; beyond: 503 with Retry-After."""
    start: float = 10.0
    """How long a worker may take to import the app and become ready."""
    drain: float = 10.0
    """How long requests in flight may go on when a release is replaced; then they are cut."""
    disk: int = 1024 * 1024 * 1024
    """What the app's data, and the temporary files of its hosts, may take together."""
    threads: int = 256
    """Threads, and started programs, at most per host."""
    files: int = 1024
    """Open files and connections at most per process."""
    lines: int = 5000
    """Lines a second that a host may print for long."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the virtual machine and the kernel layer need to know about one release."""

    code: CodeMode = "restricted"
    permissions: Permissions = Permissions()
    limits: Limits = Limits()
