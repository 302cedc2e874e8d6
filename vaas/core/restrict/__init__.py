"""Restricted code: what an app may say, and what is looked at while it runs.

Source enters by ``code_cache.py`` and leaves as code from ``compiler.py``: ``transformer.py`` refuses (``rules.py``) or
rewrites every access that ``guards.py`` must see at run time. ``builtins.py`` is the dict that such code runs with.
The guards decide by what an object is: the app's own (``ownership.py``), a library's (``library_facts.py``,
``settable.py``), or one with a danger (``guarded_attributes.py``).

What is known of Python's library comes from above, through ``library_facts.declare``. Not imported: ``core/virtual``
and all that is above it.
"""
