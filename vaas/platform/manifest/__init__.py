"""The manifest: what an app says of itself and asks for, and what of it is granted.

Enters by ``reader.py``: ``vaas.toml`` or ``[tool.vaas]``, from a folder or out of a bundle. Each key's value is read
by the table of ``values.py``; ``lines.py`` finds the line that an error names. Leaves as a ``ManifestFile`` with the
record that a release keeps (``records/records.py``). ``grants.py`` compares what is asked with what the operator
allows.

Pure but for reading the files. Imports records and vocabulary; no store, no bundle: the command line uses this room
too.
"""
