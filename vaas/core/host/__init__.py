"""The host: the processes an app runs in, from the zygote's fork to the service's answer.

Enters by ``zygote.py`` (a program of its own): ``warmup.py`` before the fork, ``prefork.py`` forks ahead of need,
``broker_fork.py`` the broker, ``reaping.py`` what has ended. A host goes on in ``child.py``, confined; each
``worker.py`` is a thread with a loop. A call comes in by ``link_to_node.py``, is an ``exchange.py`` and leaves by
``core/service.py`` to the floor above; its answer goes back the same way, its log lines by ``host_output.py``.

Imports every room of the core but ``pool``, which is the node's side of the same sockets; nothing of the floors above:
``worker.py`` imports the service by the name in its spec.
"""
