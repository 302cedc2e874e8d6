"""What vaas promises to reach, measured: one command each, ``python -m benchmarks.throughput`` and so on.

``throughput`` · ``cold_start`` · ``deploy`` · ``density`` · ``idle``; one after the other by ``python -m benchmarks``.
Where there are peers, it compares with those, named and measured in the same run, in turns; it says which bar is
reached and which is not, and by how much. Loopback only; all that a run starts, it ends. What it prints:
``report.py``; runs: ``node.py``.
"""
