"""One file for each verb, with the object ``command``, whose help is also its section of ``docs/cli.md``.

Entered by ``cli/vaas_cli/lazy.py`` when the verb is typed. A command reads its arguments, asks the platform through
``client.py`` and prints through ``output.py``; work that two of them share stands beside the folder, not in it.

Commands do not import each other, and import what is slow inside the function that needs it. ``rm.py`` is a small one
to begin with; CONTRIBUTING.md, "A command", says how to add one.
"""
