"""The node: where a platform is put together and taken apart again.

Entered by ``bootstrap.py``: ``async with Platform(options)``. It opens the stores, starts the pools, the catalog and
the reconciler, and leaves by ``servers.py``: two uvicorn listeners, from which requests go to ``gateway/protocol.py``
and ``control/endpoints/api.py``. ``engine.py`` is the running node as the API sees it; ``options.py`` is what can be
chosen; ``node_log.py`` is what the node says of itself.

May import everything below. Is imported by the command line alone (``cli/vaas_cli/serving.py``), and only here may a
concrete store be named.
"""
