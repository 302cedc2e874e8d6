"""Which addresses are this node's own, asked of the kernel's routes. No packet is sent."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from vaas.core.broker.grants import Address

_ANY_PORT = 9


def is_own(address: Address) -> bool:
    """Whether what is sent there stays here: then it would leave from the very same address, or from the loopback.

    Not by trying to bind it: where ``ip_nonlocal_bind`` is set, every address can be bound.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), _ANY_PORT))
            source = ip_address(probe.getsockname()[0].partition("%")[0])
    except OSError:  # no way there at all
        return False
    return source == address or source.is_loopback
