"""Serving: who calls an app, and how its calls find their handlers.

Three ways in, one dispatch: the calls of a host by ``service.py``, those of an ASGI server by ``asgi.py`` (each an
exchange of ``asgi_exchange.py``), those of a test by ``framework/testing/client.py``. ``dispatch.py`` holds the table
of endpoints and leaves by ``run`` of one handler of ``framework/endpoints/``. ``public.py`` makes the ``vaas`` module
that an app in a host imports: the public names and nothing behind them.

Imports every room of the framework but ``framework/testing/``; the core's pool and wire codec never: sockets are the
host's affair.
"""
