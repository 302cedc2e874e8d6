"""The bundle store: bundles under their digest, which never change.

``interface.py`` is what the others know: the API puts a bundle in (``control/bundles.py``), the reconciler takes it
out (``reconciler/bring.py``). ``folder.py`` keeps them in a folder, ``memory.py`` for tests and ``vaas dev``; every
implementation passes ``tests/platform/bundles/contract.py``.

Imports ``store/disk_errors.py`` for the system's errors; not the config store, and nothing of what a bundle holds.
Implementations are named in ``node/bootstrap.py`` alone.
"""
