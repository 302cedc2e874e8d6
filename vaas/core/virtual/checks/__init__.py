"""What can be told of an app's code without running it: ``vaas check``, and the check before a deploy.

``folder.py`` is the entrance. It has each file judged by ``imports.py`` (what is denied or missing) and, if its code is
restricted, by ``attributes.py`` (names that the facades lack); ``entry.py`` judges the manifest's entry,
``reach.py`` tells which files a start comes to. Decisions are the machine's own: ``import_decision.py`` by
``locate.py``, and its facades. Nothing of the app, nor of a package that it brings, is imported here.
"""
