"""``vaas.testing``: an app under test, without a server and without a socket.

Entered by ``client.py``: ``Client`` and ``AsyncClient`` are httpx clients whose transport is the dispatch.
``calls.py`` makes each request, websocket and RPC an exchange in memory, and leaves by
``framework/serving/dispatch.py``, as calls of a host do: what a test sees is what a caller gets.

Imports httpx and the rooms below; is imported by ``vaas/testing.py`` alone, so that no host pays for httpx.
"""
