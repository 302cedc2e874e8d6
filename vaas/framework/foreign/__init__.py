"""Applications that are not ours: an entry that names an ASGI or WSGI callable, served as it is.

Entered by ``entries.py``, which tells the two apart. A call goes on in ``asgi_entry.py`` (websockets in
``asgi_sockets.py``, startup and shutdown in ``lifespan.py``) or in ``wsgi_entry.py``, and leaves by the exchange it
came with. Apps of our own never come here, so ``entries.py`` is imported by ``framework/serving/service.py`` alone.

Imports ``framework/endpoints/``, ``framework/authoring/`` and ``framework/http/``; no framework of the application's
(Starlette, Django, Flask) is known here.
"""
