"""Pool: the hosts of each release on this node, and the calls that go to them.

A call enters by ``pool.py`` (``Pool.submit``), leaves by ``calls/link_to_worker.py`` as a frame on a worker's socket,
and its answer comes back there. Time enters by ``pools.py``, whose timer ticks for those that are awake. A log
line enters by ``hosts/output.py`` and leaves by ``Pool.on_line``. The platform opens pools in
``platform/node/bootstrap.py``.

Order, each imports only what follows (a contract in pyproject.toml): ``pools.py``, ``pool.py``, ``hosts/``,
``calls/``, ``zygote/``, and last ``errors.py`` and ``heartbeat.py``. What is in a frame's head is not for this room to
know: it imports neither ``framework`` nor ``platform``."""
