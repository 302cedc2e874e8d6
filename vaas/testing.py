"""``vaas.testing``: try an app in a plain test, without a server. All of it stands in ``framework/testing.py``."""

from vaas.framework.testing import AsyncClient, Client, SyncSocket
from vaas.framework.testing_calls import Refused, RpcError, Socket

__all__ = ["AsyncClient", "Client", "Refused", "RpcError", "Socket", "SyncSocket"]
