"""The handlers of the API, one class per noun: each asks for the right, calls one use-case, returns what it says.

A request enters by ``api.py``: the class ``Api`` inherits every noun and is served by ``framework/serving/asgi.py``
behind ``control/auth_middleware.py``. A handler finds its caller by ``base.py`` and leaves by a function of the module
of the same name in ``control/``; its docstring and annotations are the description in openapi.json.

No decision and no store access stands here. Imports ``vaas`` as any app does, and the use-cases; is imported by
``node/bootstrap.py`` alone.
"""
