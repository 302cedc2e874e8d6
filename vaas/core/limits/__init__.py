"""Limits: how much of the machine hosts use, and the kernel's means to hold them to it.

``cgroups.py`` makes and fills a host's cgroup, in the place that ``delegation.py`` found for the node; ``priority.py``
sets nice values, ``disk.py`` counts files, ``usage.py`` reads /proc. ``thresholds.py`` decides, purely, what to do
about a usage; ``limit_errors.py`` tells which limit an exception has met, ``exit_status.py`` the node which one a host
could not go on without.

Enters from ``pool/hosts/usage_monitor.py`` and ``pool/hosts/disk_quota.py`` in the node, ``host/prefork.py`` in a host;
rlimits, the first line of defence, are in ``confine/limits.py``.

Imports vocabulary only.
"""
