"""The code-level virtual machine: one app's modules, environment, streams and files, in a thread of any process.

A flow enters by ``machine.py``: an import goes on in ``importer.py``, to the one ``import_decision.py``, and then to
the app's own source (``source.py``) or to ``stdlib/``, which has what the app sees of Python's library; a file is
opened by ``files.py``; an exception leaves by ``tracebacks.py``, a printed line by ``console.py``. ``checks`` says
before anything runs what the importer would deny.

Two halves: ``environ``, ``files``, ``console``, ``tracebacks``, ``thread_binding``, ``app_modules``, ``source`` and
``process_paths`` are below ``stdlib/``; ``machine``, ``builtins``, ``importer``, ``locate``, ``import_decision`` and
``check`` are above it. Below all of it is ``core/restrict``. Not imported: hosts, pools, the network, the framework.
"""
