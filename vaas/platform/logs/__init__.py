"""Logs: what the apps of this node print and log, in bounded files.

A line enters by ``Logs.append`` of ``log_store.py``, on the event loop, from the pool (``core/pool/hosts/output.py``)
by way of ``node/bootstrap.py``. There it is bounded and collected; one thread writes it to the numbered files of
``files.py``. It leaves by ``Logs.read``, from disk (``history.py``) and to those who follow:
``platform/control/logs.py`` answers with it.

Imports ``core/wire/messages.py`` for the line of a host; no store, no records: logs are this node's own.
"""
