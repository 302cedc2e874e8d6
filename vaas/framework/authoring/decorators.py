"""The decorators: they leave frozen marks on methods, and nothing else happens until the app is opened.

``@vaas.app`` checks the class as a whole (``collect.py``), so that what is wrong is said at import, with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Literal, Protocol, TypeVar, overload

from vaas.core.restrict.ownership import is_own
from vaas.core.virtual import thread_binding
from vaas.framework.authoring.errors import BadMethod, Undecorable, where_is

Handler = TypeVar("Handler", bound=Callable[..., Any])
AppClass = TypeVar("AppClass", bound=type)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""What ``@vaas.http()`` without a method answers; HEAD and OPTIONS are answered by the framework then."""
WEBSOCKET = "WEBSOCKET"
"""Stands for a method in the table of routes; no HTTP method is called that."""

_MARKS = "__vaas_marks__"
_APP = "__vaas_app__"


@dataclass(frozen=True, slots=True)
class Route:
    """Answers requests of these methods, or a websocket, at this path."""

    methods: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Rpc:
    """Can be called by name."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Runs once per worker."""

    when: Literal["start", "stop"]


Mark = Route | Rpc | Hook


def marks_of(function: object) -> tuple[Mark, ...]:
    marks: tuple[Mark, ...] = getattr(function, _MARKS, ())
    return marks


def is_app(value: object) -> bool:
    """Whether this class itself, not one of its bases, has ``@vaas.app``."""
    return isinstance(value, type) and _APP in vars(value)


def _mark(function: Handler, decorator: str, mark: Mark) -> Handler:
    if not isinstance(function, FunctionType) or _is_foreign(function):
        raise Undecorable(where=where_is(function), decorator=decorator, wanted="a method", given=repr(function))
    setattr(function, _MARKS, (*marks_of(function), mark))
    return function


def _is_foreign(it: object) -> bool:
    """Whether restricted code would leave its mark on what is a library's."""
    return getattr(thread_binding.bound(), "restricted", False) and not is_own(it)


class PathDecorator(Protocol):
    """``@vaas.get``, ``@vaas.get()`` and ``@vaas.get("/path")``."""

    @overload
    def __call__(self, path: Handler, /) -> Handler: ...
    @overload
    def __call__(self, path: str | None = None) -> Callable[[Handler], Handler]: ...


def _path_decorator(decorator: str, methods: tuple[str, ...]) -> PathDecorator:
    def decorate(path: Any = None) -> Any:
        if path is not None and not isinstance(path, str):
            return decorate()(path)
        return lambda function: _mark(function, decorator, Route(methods, _path_for(function, path)))

    decorate.__name__ = decorator
    return decorate


def _path_for(function: Callable[..., Any], path: str | None) -> str:
    return f"/{getattr(function, '__name__', '')}" if path is None else path


get = _path_decorator("get", ("GET",))
post = _path_decorator("post", ("POST",))
put = _path_decorator("put", ("PUT",))
patch = _path_decorator("patch", ("PATCH",))
delete = _path_decorator("delete", ("DELETE",))
options = _path_decorator("options", ("OPTIONS",))
head = _path_decorator("head", ("HEAD",))
websocket = _path_decorator("websocket", (WEBSOCKET,))


@overload
def http(method: Handler, /) -> Handler: ...
@overload
def http(method: str | Iterable[str] | None = None, path: str | None = None) -> Callable[[Handler], Handler]: ...
def http(method: Any = None, path: str | None = None) -> Any:
    """The general form: one method, several, or (without) GET, POST, PUT, PATCH and DELETE."""
    if isinstance(method, FunctionType):
        return http()(method)

    def decorate(function: Handler) -> Handler:
        return _mark(function, "http", Route(_methods(method, function), _path_for(function, path)))

    return decorate


def _methods(given: str | Iterable[str] | None, function: Callable[..., Any]) -> tuple[str, ...]:
    if given is None:
        return ANY_METHOD
    methods = tuple(method.upper() for method in ([given] if isinstance(given, str) else given))
    for method in methods:
        if method not in METHODS:
            raise BadMethod(where=where_is(function), method=method)
    return methods


def rpc(function: Handler) -> Handler:
    """This method can be called by name, with its arguments as a JSON object: ``vaas call hello.add``."""
    return _mark(function, "rpc", Rpc())


def on_start(function: Handler) -> Handler:
    """Runs once per worker, before its first call. An exception means that the app cannot start."""
    return _mark(function, "on_start", Hook("start"))


def on_stop(function: Handler) -> Handler:
    """Runs once per worker, after its last call."""
    return _mark(function, "on_stop", Hook("stop"))


def app(cls: AppClass) -> AppClass:
    """Makes a class an app. Raises ``DuplicateRoute``, ``BadPath``, ``Unbindable``, each with its file and line."""
    from vaas.framework.authoring.collect import check  # needs the routes, and so Starlette; a decorator alone does not

    if not isinstance(cls, type) or _is_foreign(cls):
        raise Undecorable(where=where_is(cls), decorator="app", wanted="a class", given=repr(cls))
    check(cls)
    setattr(cls, _APP, True)
    return cls
