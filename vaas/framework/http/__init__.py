"""HTTP as the framework speaks it: heads, bodies, problems, streams and files, with values in and out.

The lowest room: vocabulary and translation, used by the handlers. What a request says arrives decoded by
``wire_heads.py`` and its body by ``body.py``; an annotation's values are made by ``convert.py``. An answer leaves by
``headers.py`` (the head that the exchange takes), ``problems.py`` (every error body), ``stream.py`` and ``sse.py``
(what a generator yields) or ``files.py``.

Imports ``core/service.py`` and ``core/wire/messages.py``; no other room of the framework, no app class, no decorator.
"""
