"""The public names, where each comes from, and the ``vaas`` that one app sees in a host.

That one holds just the public names, and the app's own ``env``, ``log`` and ``context``: an app in restricted mode must
find nothing behind it. Used by ``vaas/__init__.py`` and ``service.py``.
"""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vaas.core.restrict.library_facts import declare_open
from vaas.core.restrict.safe_type import show
from vaas.framework.authoring.context import Context, Log

if TYPE_CHECKING:
    from vaas.core.virtual.machine import Machine
    from vaas.framework.endpoints.runtime import Runtime

_HERE = "vaas.framework"
_DECORATORS = "app delete get head http on_start on_stop options patch post put rpc websocket"
NAMES = {
    **dict.fromkeys(_DECORATORS.split(" "), f"{_HERE}.authoring.decorators"),
    **dict.fromkeys(["Response", "file", "html", "redirect", "sse"], f"{_HERE}.authoring.response"),
    **dict.fromkeys(["context", "log"], f"{_HERE}.authoring.context"),
    "Request": f"{_HERE}.authoring.request",
    "WebSocket": f"{_HERE}.authoring.websocket",
    "HTTPError": f"{_HERE}.http.problems",
    "asgi": f"{_HERE}.serving.asgi",
    "call": f"{_HERE}.authoring.calls",
    "env": "os",
}


declare_open(*(NAMES[name] for name in ("HTTPError", "Request", "Response", "WebSocket")))
"""Apps derive from these classes, which keep nothing under ``_names``."""


def find(name: str) -> Any:
    return getattr(importlib.import_module(NAMES[name]), "environ" if name == "env" else name)


class PublicModule(ModuleType):
    """A module that its app cannot change."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.__name__}.{name} cannot be changed by an app")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self.__name__}.{name} cannot be changed by an app")


def public_module() -> ModuleType:
    """A ``vaas`` for one app."""
    module = PublicModule("vaas", "What an app needs of vaas.")
    vars(module).update(shown_names(), __all__=[*NAMES], __path__=[])
    return module


@functools.cache
def shown_names() -> dict[str, Any]:
    """What every app's ``vaas`` begins with."""
    names = {name: find(name) for name in NAMES}
    for value in names.values():
        show(value)
    return names


def make_own(machine: Machine, context: Context, runtime: Runtime) -> None:
    """Gives the ``vaas`` of this machine what only its app may see."""
    from vaas.framework.serving.asgi import asgi_within  # with all that serves; `import vaas` alone needs none of it

    log = Log(lambda: machine.load("logging").getLogger(context.app))
    vars(machine.load("vaas")).update(context=context, env=machine.environ, log=log, asgi=asgi_within(runtime))
