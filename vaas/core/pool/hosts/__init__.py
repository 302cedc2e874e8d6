"""Hosts: the processes of one pool, from fork to reaping. Facts, decisions, deeds, each in its own files.

Facts: ``states.py``, the one table of a host's life; ``host_set.py``, which hosts there are; ``views.py``, what a
decision may look at. Decisions, pure: ``supervisor.py`` and its parts ``growth.py``, ``escalation.py``,
``start_backoff.py``, ``usage_monitor.py``, ``disk_quota.py``; they return ``actions.py``. Deeds: ``host_manager.py``
performs them on ``host_process.py``, with its ``control.py``, ``output.py``, ``descriptors.py``, ``exit_reason.py``.

The pool enters by ``host_manager.py`` (``grow``, ``tick``, ``dismiss_all``); what happens to a host leaves by
``listeners.py``, to the pool where the pool answers it. Not to be imported: ``pool.py`` and ``pools.py``; and the pure
files import neither ``asyncio`` nor ``os``."""
