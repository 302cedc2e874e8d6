"""``vaas.testing``: try an app in a plain test, without a server. All of it stands in
``framework/testing/client.py``."""

from vaas.framework.testing.calls import Refused, RpcError, Socket
from vaas.framework.testing.client import AsyncClient, Client, SyncSocket

__all__ = ["AsyncClient", "Client", "Refused", "RpcError", "Socket", "SyncSocket"]
