"""Policy: what one app may do, as frozen data. Enforcement stands elsewhere.

Vocabulary for every floor: the manifest asks for a ``Policy``, the operator grants one, and what runs is the
``allowed`` part of both. Next: ``vaas/core/spec.py``, which carries the policy to the process that obeys it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from vaas.core.limit_keys import LimitKey, count, limit_keys, size, time

MB = 1024 * 1024

CodeMode = Literal["restricted", "trusted"]
Interface = Literal["auto", "vaas", "asgi", "wsgi"]
"""How an entry is called: by the floor above, or by one of Python's two conventions for servers."""


class Permissions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an app asks for beyond its own folder. Empty means: nothing."""

    modules: tuple[str, ...] = ()
    """Modules that restricted code may import beyond the safe standard library, by dotted name; ``*`` is any."""
    packages: tuple[str, ...] = ()
    """Distributions of the bundle that restricted code may import, by their normal names, with all that they require;
    ``*`` is any. Asked for by being listed in the app's requirements, not in its manifest."""
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


USUAL_WORKERS = 4
"""``limits.workers`` of an app that sets none, unless its service says less (``core/service.py``)."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the machine one release may use: one row a limit, with its default, bounds and meaning.

    Times in seconds, sizes in bytes. All that is said or read of a limit anywhere is derived from its row.
    """

    # More threads than 64 do not start under a host's memory limit. 0: as many as the app's kind usually has.
    workers: Annotated[
        int,
        count(1, 64, "threads at most per host, each with its own instance of the app", "`4`; `1` of an ASGI app"),
    ] = 0
    hosts: Annotated[
        int,
        count(1, 64, "processes at most per node; a further one starts when the first's workers or core are used up"),
    ] = 1
    timeout: Annotated[float, time("1ms", "1d", "per request, from the gateway's clock; beyond: 504")] = 30.0
    # A host that serves a small app has some 6 MB of its own.
    memory: Annotated[int, size("16MB", "1TB", "per host")] = 256 * MB
    idle: Annotated[
        float,
        time(
            "1ms",
            "365d",
            "a host unused this long goes away; a websocket without a message for so long may give way, where "
            "connections are short",
        ),
    ] = 120.0
    body: Annotated[int, size("0B", "1TB", "the largest request body; beyond: 413")] = 10 * MB
    message: Annotated[
        int, size("1KB", "256MB", "one websocket message, either way; beyond: that websocket closes with 1009")
    ] = 16 * MB
    concurrency: Annotated[int, count(1, 100_000, "in flight at most per worker, for `async` handlers")] = 100
    queue: Annotated[int, count(0, 100_000, "waiting at most; beyond: 503 with Retry-After")] = 100
    start: Annotated[float, time("1ms", "1d", "how long a worker may take to import the app and become ready")] = 10.0
    drain: Annotated[
        float,
        time("0s", "1d", "how long requests in flight may go on when a release is replaced; then they are cut"),
    ] = 10.0
    disk: Annotated[
        int,
        size(
            "1MB",
            "1TB",
            "what the app's data and temporary files may take on a node; beyond, it reads and deletes but cannot write",
        ),
    ] = 1024 * MB
    # A host has two threads of its own, and one a worker.
    threads: Annotated[
        int,
        count(
            8,
            100_000,
            "threads and started programs at most per host; beyond, none starts, or the host is ended",
        ),
    ] = 256
    # A host has a dozen files of its own, and each worker some five.
    files: Annotated[int, count(64, 1_000_000, "open files and connections at most per process")] = 1024
    lines: Annotated[
        int,
        count(
            1,
            1_000_000,
            "lines a second that a host may print for long, each 1 KB of a long one counting as one; beyond, they are "
            "dropped and counted",
        ),
    ] = 5000


LIMIT_KEYS: Mapping[str, LimitKey] = limit_keys(Limits)
"""Each limit by its name, in the order of the rows above."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the virtual machine and the kernel layer need to know about one release."""

    code: CodeMode = "restricted"
    permissions: Permissions = Permissions()
    limits: Limits = Limits()
