"""A small mutator for Python: does a test fail when a central module is changed in one place?

``scripts/mutants.py`` enters here: ``central.py`` reads which modules are central and which tests concern them,
``candidates.py`` finds every place that can be changed (``operators.py`` says how, ``cosmetic.py`` where not),
``sample.py`` draws from them, ``jobs.py`` runs each in a copy of the tree (``copies.py``, ``job.py``, ``plugin.py``),
and ``report.py`` tells of the survivors. Nothing of vaas is imported: what is mutated must not be what mutates.
"""
