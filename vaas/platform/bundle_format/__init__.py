"""The bundle's format: an app's folder as one reproducible zip, and back. Shared by command line and node.

On the author's machine a deploy enters by ``pack.py``: ``selection.py`` chooses the files, ``vendor.py`` installs the
dependencies (local folders by ``local_packages.py``), and the zip is named by its sha256. On a node it enters by
``unpack.py``, which trusts nothing: ``archive.py`` looks at every entry first. ``names.py`` holds the rules for names
that both sides keep. Leaves as a folder that hosts run from (``platform/reconciler/bring.py``).

Imports the manifest's reader and ``store/disk_errors.py``; not the stores, where bundles lie (``platform/bundles``).
"""
