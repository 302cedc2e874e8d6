"""The platform: a node that takes deploys, keeps releases running, and answers on their domains.

A node is put together in ``node/bootstrap.py`` and nowhere else. From there three flows: a request enters by
``gateway/protocol.py`` and leaves to the pool of its release (``core/pool/pool.py``); a command of an operator enters
by ``control/endpoints/api.py`` and leaves as a transaction on the store (``store/interface.py``); every change of the
store enters by ``records/catalog.py`` and leaves by ``reconciler/perform.py``, which makes this node so.

Rooms import downwards only, and control, reconciler and logs not each other: node; control, reconciler, logs; gateway;
auth, bundle_format; manifest; bundles, records; store. Below them are ``vaas.framework`` and ``vaas.core``. The
command line is never imported here.
"""
