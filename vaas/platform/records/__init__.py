"""Records: the documents in the config store, their keys, and a snapshot of all of them in memory.

``records.py`` has one frozen type for each document, ``bounds.py`` says how much there may be in one, ``keys.py``
spells where it lies, ``documents.py`` reads and writes them with the checks of a transaction. Changes enter by
``catalog.py``, which lists and watches the store; they leave as a new ``Snapshot`` (``snapshot.py``, pure) and as the
names of the apps that changed, to the reconciler. ``last_good.py`` keeps the last listing on disk, for a start without
the store. ``traffic.py`` says which release answers.

Imports ``store/interface.py`` and vocabulary; no concrete store, and none of the rooms that use records.
"""
