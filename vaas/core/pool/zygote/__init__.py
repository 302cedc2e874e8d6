"""Zygote: the node's end of the one process that forks hosts.

A host that starts (``hosts/host_process.py``) asks for a fork, with its descriptors; that enters by ``client.py``
(``ZygoteClient.fork``) and leaves as a packet to ``core/host/zygote.py``. What comes back, a pid or an exit, is told to
the callbacks given. ``client.py`` starts another zygote when one dies; ``orphans.py`` holds the hosts that outlive it;
``error_output.py`` takes what it writes to standard error.

One zygote serves all pools of a node, so nothing here knows of a pool: not to be imported are ``hosts/``, ``calls/``,
``pool.py`` and ``pools.py``."""
