"""What an app's author writes with: decorators, request, response, websocket, context.

An app enters by ``decorators.py``, which leave marks on its methods; ``@vaas.app`` has ``collect.py`` check them at
import, and a host finds the class by it. It leaves as ``Endpoint`` and ``Member`` values with a ``PathPattern`` of
``routes.py``, which ``framework/endpoints/`` and ``framework/serving/`` take up. ``request.py``, ``response.py`` and
``websocket.py`` are what a handler holds in its hands; ``errors.py`` is what can be wrong with an app.

Imports ``framework/http/`` and the core; not endpoints or serving: a decorator runs before there is anything to serve.
"""
