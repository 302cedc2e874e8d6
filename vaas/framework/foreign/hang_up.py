"""Whether an application's exception only says that its own caller has gone. Used by ``asgi_entry.py`` and
``asgi_sockets.py``."""

from __future__ import annotations

from vaas.core.service import CallerGone


def stems_from_a_hang_up(error: BaseException) -> bool:
    """Whether it is the ``OSError`` that ``send`` raised, or what a library has made of that."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, CallerGone):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
