"""HostSpec: all that a host is told about the one release it runs. It holds no secret but that app's own.

The pool makes it; the node writes it on the host's own control socket, past the zygote; ``core/host/child.py`` obeys
it. Next: ``core/host/zygote.py``."""

from __future__ import annotations

import msgspec

from vaas.core.policy import Interface, Policy
from vaas.core.terminal import Terminal


class HostSpec(msgspec.Struct, frozen=True):
    app: str
    release: str
    """How people name it: ``v4``, or ``dev``."""
    folder: str
    """The unpacked bundle: the app's ``/app``, read-only."""
    data: str
    """Kept between releases: the app's ``/data``."""
    tmp: str
    """This host's own: the app's ``/tmp``; gone when the host is."""
    cache: str = ""
    """Where compiled code is kept, shared by the hosts of one release; empty: nowhere."""
    packages: str = ""
    """The unpacked layer with its packages: the app's ``/app/_vendor``, read-only, shared with other apps; empty: the
    bundle itself holds what there is."""
    entry: str = ""
    """``module:name``, or ``module:name()`` for what that factory makes; empty: the one app class in ``app.py``."""
    interface: Interface = "auto"
    """What the entry is; ``auto``: seen from the entry itself."""
    policy: Policy = Policy()
    env: dict[str, str] = {}
    service: str = ""
    """The module that makes services: a ``ServiceModule`` (``vaas/core/service.py``)."""
    options: dict[str, str] = {}
    """What the floor above keeps with a release, by name; opaque here."""
    uid: int = 0
    """The user to become, this app's alone; 0 stays who the node is."""
    program: tuple[str, ...] = ()
    """A command that this process is to run instead of serving (``vaas run``); empty: it serves."""
    terminal: Terminal | None = None
    """What that command has as its standard streams; None: pipes."""
    debug: bool = False
    """Tracebacks in answers: ``vaas dev`` only."""
