"""One endpoint each: from an exchange to the author's method and back.

A call enters by ``run`` of ``http_handler.py``, ``websocket_handler.py`` or ``rpc_handler.py`` (``handler.py`` is
their base), which the dispatch has chosen. ``binding.py`` makes the arguments by the plan that ``parameters.py`` read
from the signature, once; an exception becomes an answer in ``failures.py``. It leaves by ``answers.py``, onto the
exchange. ``openapi.py`` describes the same parameters.

Imports ``framework/authoring/`` and ``framework/http/``; not serving, foreign or testing: how an app is served, and by
whom it is called, is not known here. What a handler needs around it comes in as a ``Runtime`` (``runtime.py``).
"""
