"""The config store: keys, values and one revision for all; with transactions, watches and leases.

``interface.py`` is what the others know. A change enters by ``Store.commit`` and leaves by ``Store.watch``, to
``records/catalog.py``. ``sqlite.py`` (statements in ``schema.py``, one process by ``lock.py``) and ``memory.py`` share
``feed.py``, which wakes watchers, with ``changelog.py`` and ``leases.py``; every implementation passes
``tests/platform/store/contract.py``. ``disk_errors.py`` translates the system's errors for all who write files.

The lowest room of the platform: imports vocabulary of the core alone. What the values mean is ``platform/records``.
Implementations are named in ``node/bootstrap.py`` alone.
"""
