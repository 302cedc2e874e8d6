"""The bundle's format: an app's folder as one reproducible zip, and back. Shared by command line and node.

On the author's machine a deploy enters by ``pack.py``: ``selection.py`` chooses the files, ``build_layer.py`` makes a
layer of the dependencies (local folders by ``local_packages.py``), which the bundle names (``layer_name.py``), and each
is a zip named by its sha256. On a node both enter by ``unpack.py``, which trusts nothing: ``archive.py`` looks at every
entry first. ``names.py`` holds the rules for names that both sides keep. They leave as folders that hosts run from
(``platform/reconciler/bring.py``, ``platform/reconciler/layers.py``).

Imports the manifest's reader and ``store/disk_errors.py``; not the stores, where bundles lie (``platform/bundles``).
"""
