"""The core: runs one release of an app in confined processes and carries calls to it. It has never heard of HTTP, of
deploys or of stores; the floors above give its calls their meaning.

Rooms, the lowest first (held by import-linter, ``pyproject.toml``):
vocabulary: ``background.py``, ``errors.py``, ``policy.py``, ``spec.py``, ``units.py``, ``host_port.py``,
``interrupt.py``, ``pace.py``, ``printable.py``, ``once_a_minute.py``, ``terminal.py``, ``words.py``
``wire``: frames · ``restrict``: the restricted compiler · ``limits``: cgroups and /proc
``confine``: what the kernel refuses a host · ``virtual``: what an app sees of Python
``broker``: a host's connections · ``service.py``: what a host asks of the floor above
``host``: the zygote and what it forks · ``pool``: the node's side

A call enters by ``pool/pool.py``, crosses ``wire`` and leaves by ``service.py`` in a host.
"""
