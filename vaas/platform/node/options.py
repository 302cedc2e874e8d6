"""A node's options, with their defaults. Set by ``cli/vaas_cli/commands/platform.py``, read by ``bootstrap.py``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vaas.platform.gateway.forwarded import LOOPBACK
from vaas.platform.reconciler.local import LocalOf, nothing_local

if TYPE_CHECKING:
    from vaas.platform.gateway.request_lines import Tell


@dataclass(frozen=True)
class Options:
    data: Path | None = None
    """Where everything is kept; None keeps it in memory and a temporary folder, for ``vaas dev`` and tests."""
    listen: str = "127.0.0.1:8080"
    """The gateway's ``HOST:PORT``; port 0 is any free one."""
    console: str = "127.0.0.1:9080"
    """The console's and API's."""
    console_hosts: tuple[str, ...] = ()
    """Names that the console answers to, beside the host it listens on and those of this machine for itself."""
    connections: int = 0
    """Clients that the gateway holds at once; 0: as many as suit this process's descriptors."""
    connections_per_client: int = 0
    """Of one client address; 0: a quarter of them. Those of trusted proxies are not counted."""
    trusted_proxies: str = LOOPBACK
    """Whose forwarded headers count: addresses and networks, with commas between them."""
    cgroup: str = ""
    """The control group in which hosts get theirs; empty: one that is clearly ours, if there is any."""
    debug: bool = False
    """Tracebacks in answers."""
    local: LocalOf = nothing_local
    on_request: Tell | None = None
    """Hears of each request that the gateway has answered."""
    require_confinement: bool = False
    """Refuse to start where the kernel layer cannot hold all it promises."""
    admin_token: str = ""
    """An admin token that the starting user still has from an earlier start."""
