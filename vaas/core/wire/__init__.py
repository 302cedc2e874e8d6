"""The wire: the frames between a node and its hosts, as frozen types and as bytes.

``messages.py`` is the vocabulary: calls on a worker's socket, orders on a host's control socket, forks on the zygote's.
``codec.py`` makes bytes of a frame and frames of bytes; what does not decode is ``WireGarbage``, and the sender ends.

A frame leaves the node by ``pool/calls/link_to_worker.py`` and enters a host by ``host/link_to_node.py``; the answer
goes the other way. ``Call.head`` and ``Reply.head`` pass unread: ``framework/http/wire_heads.py`` has their meaning.

Imports vocabulary only (``core/errors.py``, ``core/spec.py``). No I/O but ``read_frame``.
"""
