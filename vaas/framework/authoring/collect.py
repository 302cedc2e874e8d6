"""From a class to its endpoints, and from a module to its app.

``check`` is what ``@vaas.app`` does at import; ``find_app`` what a host does with an entry. Next:
``framework/endpoints/parameters.py``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from vaas.framework.authoring.decorators import WEBSOCKET, Hook, Mark, Route, Rpc, is_app, marks_of
from vaas.framework.authoring.errors import (
    BadPath,
    DuplicateRoute,
    NoApp,
    SeveralApps,
    Unbindable,
    Undecorable,
    where_is,
    where_is_class,
)
from vaas.framework.authoring.routes import PathError, PathPattern, Routes


@dataclass(frozen=True, slots=True)
class Member:
    """One decorated method; a method with two decorators is two members."""

    owner: str
    name: str
    function: Callable[..., Any]
    mark: Mark

    @property
    def label(self) -> str:
        return f"{self.owner}.{self.name}"

    @property
    def where(self) -> str:
        return where_is(self.function)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A member that answers requests or websockets."""

    member: Member
    route: Route
    pattern: PathPattern

    @property
    def is_websocket(self) -> bool:
        return self.route.methods == (WEBSOCKET,)


def members_of(cls: type) -> list[Member]:
    """The decorated methods in the order of their declaration, those of the bases first."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found.update(vars(base))
    return [
        Member(cls.__name__, name, function, mark)
        for name, function in found.items()
        if isinstance(function, FunctionType)
        for mark in marks_of(function)
    ]


def endpoints_of(cls: type) -> list[Endpoint]:
    """Every route of a class. Raises ``BadPath``."""
    return [endpoint(member, member.mark) for member in members_of(cls) if isinstance(member.mark, Route)]


def endpoint(member: Member, route: Route) -> Endpoint:
    try:
        return Endpoint(member, route, PathPattern(route.path))
    except PathError as error:
        raise BadPath(where=member.where, path=route.path, reason=str(error)) from None


def rpc_members(cls: type) -> list[Member]:
    return [member for member in members_of(cls) if isinstance(member.mark, Rpc)]


def hooks_of(cls: type, when: str) -> list[Member]:
    return [member for member in members_of(cls) if isinstance(member.mark, Hook) and member.mark.when == when]


def route_all(endpoints: list[Endpoint]) -> Routes[Endpoint]:
    """The table of routes. Raises ``DuplicateRoute``."""
    routes: Routes[Endpoint] = Routes()
    for one in endpoints:
        for method in one.route.methods:
            other = routes.add(method, one.pattern, one)
            if other is not None:
                raise _duplicate(one, other, method)
    return routes


def _duplicate(one: Endpoint, other: Endpoint, method: str) -> DuplicateRoute:
    return DuplicateRoute(
        where=one.member.where,
        route=f"{method} {one.route.path}",
        other=other.member.label,
        elsewhere=other.member.where,
    )


def is_async(function: Callable[..., Any]) -> bool:
    """Whether its code is run by the event loop: calling it runs none, or, of a plain wrapper that says by
    ``functools.wraps`` what it wraps, next to none. All else is code that may block."""
    wrapped = inspect.unwrap(function)
    return inspect.iscoroutinefunction(wrapped) or inspect.isasyncgenfunction(wrapped)


def check(cls: type) -> None:
    """Everything that can be said of an app class before its annotations can be evaluated."""
    route_all(endpoints_of(cls))
    for member in members_of(cls):
        _check_kind(member)
        _check_names(member)


def _check_kind(member: Member) -> None:
    function, mark = member.function, member.mark
    generates = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    if isinstance(mark, Route) and (mark.methods != (WEBSOCKET,) or _is_coroutine(function)):
        return
    if not isinstance(mark, Route) and not generates:
        return
    decorator = "websocket" if isinstance(mark, Route) else "rpc" if isinstance(mark, Rpc) else f"on_{mark.when}"
    wanted = "an `async def` method" if isinstance(mark, Route) else "a method that returns"
    given = f"{member.label}, which yields" if generates else f"{member.label}, a plain `def`"
    raise Undecorable(where=member.where, decorator=decorator, wanted=wanted, given=given)


def _is_coroutine(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(inspect.unwrap(function))


def _check_names(member: Member) -> None:
    parameters = list(inspect.signature(member.function).parameters.values())
    if not parameters:
        raise Unbindable(
            where=member.where, handler=member.label, name="self", reason="a handler is a method: add self."
        )
    for parameter in parameters[1:]:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            reason = "name each value that the handler takes."
            raise Unbindable(where=member.where, handler=member.label, name=str(parameter), reason=reason)


def find_app(module: ModuleType) -> type:
    """The one ``@vaas.app`` class of a module; one that it defines comes before those it imports.

    Raises ``NoApp`` or ``SeveralApps``.
    """
    known: dict[type, None] = dict.fromkeys(value for value in vars(module).values() if is_app(value))
    apps = [cls for cls in known if cls.__module__ == module.__name__] or list(known)
    file = str(getattr(module, "__file__", None) or module.__name__).removeprefix("/app/")
    if not apps:
        raise NoApp(where=file)
    if len(apps) > 1:
        names = ", ".join(f"{cls.__name__} at {where_is_class(cls)}" for cls in apps)
        raise SeveralApps(where=where_is_class(apps[1]), names=names, module=module.__name__, first=apps[0].__name__)
    return apps[0]


def each_method(routes: list[Endpoint]) -> Iterator[tuple[str, Endpoint]]:
    for one in routes:
        for method in one.route.methods:
            yield method, one
