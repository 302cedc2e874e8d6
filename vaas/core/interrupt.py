"""What the platform throws into code that overstays its deadline.

Not an ``Exception``: an app's ``except Exception`` does not catch it, and restricted code re-raises it from wider
clauses. Thrown by ``core/host/worker.py``, caught by ``core/host/link_to_node.py``.
"""

from __future__ import annotations

import ctypes


class Interrupted(BaseException):
    """This call is past its deadline."""


def interrupt_thread(ident: int) -> None:
    """Raises ``Interrupted`` in a running Python thread at its next bytecode; C code is not interrupted."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(Interrupted))
