"""The gateway: requests from everybody's clients to the apps of this node, and their answers back.

A connection enters by ``protocol.py`` (``platform/node/servers.py`` makes one for each), which reads heads; what of a
read is parsed now is decided in ``framing.py``, what may not be sent stands in ``refused_input.py``; its times,
refusals and turns are in ``connection.py``. A request goes through ``resolve.py`` (which app, release and pool, or
which refusal) and leaves for ``core/pool/pool.py`` as a ``FastRequest`` (``fast_path.py``) or, if it is streamed,
upgraded or picks a release, as a ``StreamedCall`` (``asgi_path.py``, then ``asgi_request.py`` or ``asgi_websocket.py``,
and ``streams.py``). Its answer comes back by the same object and is rendered by ``responses.py``. The reconciler fills
``routing.py``; ``node.py`` is what all connections share; ``console.py`` is the API's own, smaller protocol.
``request_lines.py`` is both ways with a line about each request, for ``vaas dev``.

Not imported here: the store, the reconciler and ``platform/control``. A request asks no store and awaits nothing; the
one exception is a token that picks a release (``node.py``, ``MayUse``). What is a token: ``auth/credential.py``."""
