"""The command line ``vaas``.

Entered by ``main.py``, which finds the verb in ``VERBS`` and imports its one file of ``commands/`` (``lazy.py``). A
command leaves by ``client.py``, HTTP to the API of a platform (which one: ``address.py``), and by ``output.py`` to the
person. ``deploying.py`` is a deploy from folder to outcome, ``project.py`` what can be found out without a platform,
``serving.py`` a node in this process for ``vaas platform`` and ``vaas dev``.

The top floor: may import every other, and is imported by none. What is slow to import (httpx, rich, the platform) is
imported where it is needed: ``vaas --help`` must be there at once.
"""
