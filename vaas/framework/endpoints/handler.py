"""Handler: one endpoint of an app and what stands around its calls. The base of the three kinds of endpoint.

Next: ``http_handler.py`` for requests, ``websocket_handler.py`` for websockets, ``rpc_handler.py`` for calls by name.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from vaas.core.outside_loop import blocking
from vaas.framework.authoring.collect import Member, is_async
from vaas.framework.endpoints.eager_coroutines import never_waits
from vaas.framework.endpoints.failures import Translate, as_http_error
from vaas.framework.endpoints.parameters import Signature
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.http.problems import HTTPError


class Handler(ABC):
    __slots__ = ("_awaits", "_eager", "_method", "_runtime", "_translate", "member")

    def __init__(
        self,
        member: Member,
        method: Callable[..., Any],
        signature: Signature,
        runtime: Runtime,
        translate: Translate | None,
    ) -> None:
        """``method`` is the member, bound to the app's instance."""
        self.member = member
        self._method = method if is_async(member.function) else blocking(method)
        self._runtime = runtime
        self._translate = translate
        self._awaits = inspect.iscoroutinefunction(member.function)
        self._eager = never_waits(member.function)
        self._prepare(signature)

    @abstractmethod
    def _prepare(self, signature: Signature) -> None:
        """Whatever of binding can be done before the first call."""

    def _problem(self, error: Exception) -> HTTPError:
        """The answer to an exception; reports it if it is a failure."""
        return as_http_error(error, self.member, self._runtime, self._translate)
