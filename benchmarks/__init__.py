"""What vaas promises to reach, measured: one command each, ``python -m benchmarks.throughput`` and so on.

``throughput`` · ``cold_start`` · ``deploy`` · ``density``; one after the other by ``python -m benchmarks``. Each
compares with named peers that it measures in the same run, in turns, and says which bar is reached and which is not,
and by how much. Loopback only; all that a run starts, it ends. What it prints: ``report.py``; runs: ``node.py``.
"""
