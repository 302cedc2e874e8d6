"""RpcHandler: a method called by name, with a JSON object of arguments. Asked by ``framework/serving/dispatch.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Raw

from vaas.core.service import CallerGone, Exchange
from vaas.framework.endpoints.answers import Work, json_of
from vaas.framework.endpoints.binding import MisfitHere, misfit_of, missing
from vaas.framework.endpoints.eager_coroutines import run_through
from vaas.framework.endpoints.handler import Handler
from vaas.framework.endpoints.parameters import Parameter, Signature
from vaas.framework.http.body import read_whole
from vaas.framework.http.convert import Mismatch, NotJson, from_json, from_text
from vaas.framework.http.problems import HTTPError, Misfit, Reason, render
from vaas.framework.http.stream import awaited, is_awaitable
from vaas.framework.http.wire_heads import RpcReply, encode

_OK = Raw(encode(RpcReply(200)))
_read_arguments = from_json(dict[str, Any])


class RpcHandler(Handler):
    __slots__ = ("_names", "_parameters")

    def _prepare(self, signature: Signature) -> None:
        self._parameters = [(parameter, from_text(parameter.annotation)) for parameter in signature.parameters]
        self._names = frozenset(parameter.name for parameter in signature.parameters)

    def run(self, exchange: Exchange) -> Work | None:
        if exchange.call.more:
            return self._with_body(exchange)
        try:
            value = self._method(**self._arguments(exchange.call.body))
            if self._awaits:
                if not self._eager:
                    return self._finish(exchange, value)
                value = run_through(value)
            if is_awaitable(type(value)):
                return self._finish(exchange, value)
            exchange.reply(_OK, json_of(value))
        except Exception as error:
            self._refuse(exchange, error)
        return None

    async def _with_body(self, exchange: Exchange) -> None:
        try:
            body = await read_whole(exchange, self._runtime.body_limit)
            value = self._method(**self._arguments(body))
            exchange.reply(_OK, json_of(await awaited(value)))
        except Exception as error:
            self._refuse(exchange, error)

    async def _finish(self, exchange: Exchange, value: Awaitable[Any]) -> None:
        try:
            exchange.reply(_OK, json_of(await awaited(value)))
        except Exception as error:
            self._refuse(exchange, error)

    def _arguments(self, body: bytes) -> dict[str, Any]:
        """Raises ``HTTPError``, as ``Misfit`` with every reason."""
        given = arguments_in(body)
        arguments: dict[str, Any] = {}
        reasons = [Reason(name, "argument", "There is no such argument.") for name in given.keys() - self._names]
        for parameter, convert in self._parameters:
            try:
                arguments[parameter.name] = _argument(parameter, convert, given)
            except MisfitHere as misfit:
                reasons += misfit.reasons
        if reasons:
            raise Misfit(reasons)
        return arguments

    def _refuse(self, exchange: Exchange, error: Exception) -> None:
        if not isinstance(error, CallerGone):
            refuse_rpc(exchange, self._problem(error))


def arguments_in(body: bytes) -> dict[str, Any]:
    """No body is no arguments. Raises ``HTTPError`` 400."""
    try:
        arguments: dict[str, Any] = _read_arguments(body) if body else {}
    except (NotJson, Mismatch) as error:
        reason = error.reasons[0][1] if isinstance(error, Mismatch) else str(error)
        detail = f"The arguments of a call are one JSON object by name: {reason}."
        raise HTTPError(400, detail, members={"code": "malformed-body"}) from None
    return arguments


def _argument(parameter: Parameter, convert: Callable[[Any], Any], given: dict[str, Any]) -> Any:
    if parameter.name not in given:
        if parameter.required:
            raise missing(parameter)
        return parameter.default
    try:
        return convert(given[parameter.name])
    except Mismatch as mismatch:
        raise misfit_of(parameter, mismatch) from None


def refuse_rpc(exchange: Exchange, error: HTTPError) -> None:
    problem = render(error, exchange.call.trace)
    exchange.reply(Raw(encode(RpcReply(problem.status))), problem.body)
