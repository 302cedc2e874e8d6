"""Python's library as apps meet it: what they may import, what they see of it, and what is patched beneath.

``registry/`` holds one row for each module; ``tables.py`` derives every table from it. A machine's ``import`` enters by
``facades/`` (``build``), which makes the app's own view of a module and first has ``harden.py`` arm that module's
patches, for ever. The views leave to the lower files of ``core/virtual``: files, console, tracebacks, process paths.

This room stands in the middle of ``core/virtual``: it imports those lower files and ``core/restrict``, and never the
machine, the importer or the import decision, which import it. Facades know a machine as ``MachineView``.
"""
