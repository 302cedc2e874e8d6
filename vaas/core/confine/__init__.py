"""Confinement: what the kernel refuses a host, by rlimits, Landlock, seccomp and a uid of its own.

``system.py`` finds out what this kernel can do (``Capabilities``); ``promises.py`` says it to people. ``plan.py``
decides, purely, from a ``HostSpec`` and the capabilities, one ``Confinement``; ``apply.py`` performs it in the host and
ends with ``selfcheck.py``. ``rules.py`` is the table of system calls, ``seccomp.py`` compiles it by ``bpf.py``.
``root_folder.py``, by ``mounts.py`` and ``etc_files.py``, lays out what trusted code sees as ``/``.
``seccomp_notify.py`` and ``fd_handover.py`` are the kernel's side of the broker.

Enters by ``plan.plan`` and ``apply.apply``, from ``host/child.py``; leaves into the app's code, confined.

Imports vocabulary and ``limits``; not ``broker``, which stands on this, nor ``virtual``.
"""
