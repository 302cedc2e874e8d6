"""The API that operators, the command line and the console use: itself a vaas app, served in process.

In: ``endpoints/api.py`` puts the app together. ``own_names.py`` and ``auth_middleware.py`` let callers in, by the name
that they ask and by their token; ``sessions.py`` bounds what each has under way, and ends it with the token. Each class
of ``endpoints/`` asks for the right and calls one use-case here. What changes an app is decided by ``plans.py``, a
pure function of ``app_state.py``. Out: a transaction on the store (``store/interface.py``), which the reconciler sees,
and ``views.py``, what the caller is answered. Every error becomes HTTP in ``problems.py``.

Not imported here: uvicorn, a concrete store, the gateway, the pool, the reconciler. What is needed of the running node
comes in as a ``Services`` (``services.py``) from ``node/bootstrap.py``.
"""
