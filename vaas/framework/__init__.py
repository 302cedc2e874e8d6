"""The framework: turns the methods of a class into endpoints, and calls of a host into calls of those methods.

In a host a call enters by ``serving/service.py`` (``core/service.py`` says what is asked of it), goes through
``serving/dispatch.py`` to a handler of ``endpoints/`` and leaves by the exchange it came with. Outside of a platform
the same dispatch is served by ``serving/asgi.py`` and by ``testing/client.py``. What authors write with is
``authoring/``; what HTTP says is ``http/``; ASGI and WSGI applications go through ``foreign/``.

Rooms import downwards only: testing, serving, foreign, endpoints, authoring, http; below them ``vaas.core``. Never
``vaas.platform``, and no server and no store: uvicorn, httptools, websockets and sqlite3 stay out.
"""
