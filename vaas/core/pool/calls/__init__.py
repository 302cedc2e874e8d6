"""Calls: one call under way, and the node's end of the socket that carries it.

A call enters by ``link_to_worker.py`` (``LinkToWorker.begin``), which writes its frame. What the worker answers comes
in there, too (``data_received``), and leaves by the ``on_…`` methods of ``pending_call.py``, which the gateway
subclasses. That a call has ended is told to the pool directly (``on_idle_capacity``); that a worker is lost, or sends
what makes no sense, to its host.

This is on the path of every request: no call, allocation or await here that it does not need. Not to be imported:
``hosts/``, ``zygote/`` and ``pool.py``; deadlines are looked at from ``hosts/deadlines.py``."""
