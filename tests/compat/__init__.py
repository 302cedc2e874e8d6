"""Real applications and libraries of PyPI, unchanged, each asked through a real gateway: warm and cold, trusted and
restricted.

``apps/`` has one folder each; ``table.py`` says what is asked of it, with ``asking.py`` and ``talks.py``; ``matrix.py``
runs one on a platform; ``servers.py`` is what they talk to. ``python -m scripts.compatibility`` runs all and writes
``docs/compatibility.md``.
"""
