"""What a handler takes, read from its signature: name, place, annotation, default. Vocabulary of binding.

``binding.py`` makes it into values; ``openapi.py`` describes it. Annotations may be strings: they are evaluated here,
when the app is opened, and not at the decorator, so that they may name what is defined further down.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

from vaas.core.virtual.app_hints import hints_of
from vaas.framework.authoring.collect import Member
from vaas.framework.authoring.errors import Unbindable
from vaas.framework.authoring.request import Request
from vaas.framework.authoring.response import Response
from vaas.framework.authoring.websocket import WebSocket
from vaas.framework.http.convert import is_model, plain, why_unusable

Place = Literal["req", "res", "ws", "path", "query", "body", "argument"]
"""Where a value comes from; ``argument`` is a member of an RPC call's JSON object."""

MISSING: Any = inspect.Parameter.empty

_BY_TYPE: dict[Any, Place] = {Request: "req", Response: "res", WebSocket: "ws"}
_BY_NAME: dict[str, Place] = {"req": "req", "res": "res", "ws": "ws", "body": "body"}
_WEBSOCKET_HAS_NO = {
    "res": "a websocket has no response; use ws.",
    "body": "a websocket has no body; use ws.receive().",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: Place
    annotation: Any
    """``Any`` where the author gave none."""
    default: Any
    by_keyword: bool

    @property
    def required(self) -> bool:
        return self.default is MISSING


@dataclass(frozen=True, slots=True)
class Signature:
    parameters: tuple[Parameter, ...]
    returns: Any
    """``MISSING`` where the author gave none."""


def http_signature(member: Member, in_path: Collection[str], *, websocket: bool = False) -> Signature:
    """Raises ``Unbindable``."""

    def place(name: str, annotation: Any) -> Place:
        special = _BY_TYPE.get(plain(annotation)) or (None if name in in_path else _BY_NAME.get(name))
        return special or ("path" if name in in_path else "query")

    signature = _read(member, place)
    for name in in_path:
        if not any(parameter.name == name for parameter in signature.parameters) and not _takes_request(signature):
            raise _unbindable(member, name, "it stands in the path, and the handler has no parameter of that name.")
    for parameter in signature.parameters:
        _check(member, parameter, websocket)
    return signature


def rpc_signature(member: Member) -> Signature:
    """Raises ``Unbindable``."""
    signature = _read(member, lambda name, annotation: _BY_TYPE.get(plain(annotation)) or "argument")
    for parameter in signature.parameters:
        if parameter.place != "argument":
            raise _unbindable(member, parameter.name, "an RPC method takes values only; there is no request.")
        _check(member, parameter, websocket=False)
    return signature


def _takes_request(signature: Signature) -> bool:
    return any(parameter.place in ("req", "ws") for parameter in signature.parameters)


def _read(member: Member, place: Callable[[str, Any], Place]) -> Signature:
    try:
        hints = hints_of(member.function, include_extras=True)
    except Exception as error:
        raise _unbindable(member, "its annotations", f"{type(error).__name__}: {error}") from error
    parameters = []
    for parameter in list(inspect.signature(member.function).parameters.values())[1:]:
        annotation = hints.get(parameter.name, Any)
        by_keyword = parameter.kind is parameter.KEYWORD_ONLY
        where = place(parameter.name, annotation)
        parameters.append(Parameter(parameter.name, where, annotation, parameter.default, by_keyword))
    return Signature(tuple(parameters), hints.get("return", MISSING))


def _check(member: Member, parameter: Parameter, websocket: bool) -> None:
    place = parameter.place
    if websocket and place in _WEBSOCKET_HAS_NO:
        raise _unbindable(member, parameter.name, _WEBSOCKET_HAS_NO[place])
    if place == "ws" and not websocket:
        raise _unbindable(member, parameter.name, "only a handler with @vaas.websocket has one.")
    if place in ("req", "res", "ws"):
        return
    if place in ("path", "query") and is_model(parameter.annotation):
        raise _unbindable(member, parameter.name, "it has fields, so it comes from the request's body: call it body.")
    reason = why_unusable(parameter.annotation)
    if reason:
        raise _unbindable(member, parameter.name, reason)


def _unbindable(member: Member, name: str, reason: str) -> Unbindable:
    return Unbindable(where=member.where, handler=member.label, name=name, reason=reason)
