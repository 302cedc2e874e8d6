"""Patches of Python's library in this process: what no facade can keep from an app, because libraries themselves do it.

One file for each concern, ``caches.py`` the largest: what libraries keep of earlier calls. A module's row in the
registry names its patches as ``file:function``; ``core/virtual/stdlib/harden.py`` arms them, for ever.

Imported by it alone, but for what ``facades/`` share with a patch. Not for apps: no facade shows a patch.
"""
