"""The reconciler: makes this node as the records say, app by app.

Changes enter by ``reconciler.py``, woken by ``records/catalog.py``; each app has an ``AppReconciler``
(``app_reconciler.py``) that asks ``plan.py`` for the next step (pure: records and what is here in, ``steps.py`` out)
and has ``perform.py`` do it: ``bring.py``, ``layers.py`` and ``folders.py`` on disk, ``specs.py`` for hosts. Leaves by
the pools, by the gateway's routing (``gateway/routing.py``), and by ``record_outcome.py`` and ``node_lease.py`` into
the store.

Imports the rooms below it; not control: the two meet in the records alone.
"""
