"""The broker: a process for each host that was granted a network; it makes the host's connections, or refuses them.

Enters by ``process.py``, which ``host/broker_fork.py`` runs in a fork: it drops its rights, then takes the host's
descriptors (``confine/fd_handover.py``). ``broker.py`` answers ``socket`` and ``connect``, which wait in the kernel:
``memory.py`` reads the address, ``grants.py`` decides, ``names.py`` resolves, ``sockets.py`` keeps count;
``dns_server.py`` answers what the C library looks up. Leaves by the connected socket that the host gets, or an error.

Imports vocabulary and ``confine``; not ``host``, and no code of an app.
"""
