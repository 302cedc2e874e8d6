"""Restricted mode on real code that nobody here wrote: packages of PyPI, run as if they were an app's own.

``python -m tests.packages.table`` prints which pass, and what the rest was refused for. What is run: ``catalog.py``;
where it comes from: ``fetch.py``; how: ``runs.py``.
"""
