"""HttpHandler: one endpoint, ready to be called: bind, call, answer. The hot path of every app.

A ``def``, and an ``async def`` that never waits, are answered on the spot; everything else returns a coroutine.
Made and asked by ``framework/serving/dispatch.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from vaas.core.service import CallerGone, Exchange
from vaas.framework.authoring.response import Response
from vaas.framework.endpoints.answers import Work, answer
from vaas.framework.endpoints.binding import Plan
from vaas.framework.endpoints.eager_coroutines import run_through
from vaas.framework.endpoints.failures import as_http_error
from vaas.framework.endpoints.handler import Handler
from vaas.framework.endpoints.inputs import Inputs, LeanHead
from vaas.framework.endpoints.parameters import Signature
from vaas.framework.http.body import read_whole, too_large
from vaas.framework.http.headers import head
from vaas.framework.http.problem_pages import as_asked, headers_of
from vaas.framework.http.problems import HTTPError, render
from vaas.framework.http.stream import Cut


class HttpHandler(Handler):
    __slots__ = ("_open", "_plan")

    def _prepare(self, signature: Signature) -> None:
        self._plan = Plan(signature, self._runtime.body_limit)
        self._open = self._runtime.open

    def run(self, exchange: Exchange, lean: LeanHead, path: dict[str, Any]) -> Work | None:
        plan = self._plan
        res: Response | None = None
        try:
            if plan.is_empty:
                value = self._method()
            else:
                inputs = Inputs(exchange, lean, path)
                if plan.needs_body:
                    if exchange.call.more:
                        return self._with_body(exchange, inputs)
                    if len(inputs.body) > self._runtime.body_limit:
                        raise too_large(self._runtime.body_limit)
                value = plan.call(self._method, inputs)
                res = inputs.res
            if self._awaits:
                if not self._eager:
                    return self._finish(exchange, value, res)
                value = run_through(value)
            work = answer(exchange, value, res, self._open)
        except Exception as error:
            self._refuse(exchange, error)
            return None
        return work if work is None else self._watch(exchange, work)

    async def _with_body(self, exchange: Exchange, inputs: Inputs) -> None:
        """The same for a body that is still coming."""
        try:
            inputs.body = await read_whole(exchange, self._runtime.body_limit)
            value = self._plan.call(self._method, inputs)
        except Exception as error:
            self._refuse(exchange, error)
            return
        if self._awaits:
            await self._finish(exchange, value, inputs.res)
        else:
            await self._watch(exchange, self._answer(exchange, value, inputs.res))

    async def _finish(self, exchange: Exchange, value: Awaitable[Any], res: Response | None) -> None:
        try:
            work = answer(exchange, await value, res, self._open)
        except Exception as error:
            self._refuse(exchange, error)
            return
        if work is not None:
            await self._watch(exchange, work)

    async def _answer(self, exchange: Exchange, value: Any, res: Response | None) -> None:
        work = answer(exchange, value, res, self._open)
        if work is not None:
            await work

    async def _watch(self, exchange: Exchange, work: Work) -> None:
        """Sees to it that a stream which breaks is seen to be broken."""
        try:
            await work
        except Exception as error:
            self._refuse(exchange, error)

    def _refuse(self, exchange: Exchange, error: Exception) -> None:
        if isinstance(error, CallerGone):
            return
        if isinstance(error, Cut):
            cause = error.__cause__
            as_http_error(cause if isinstance(cause, Exception) else error, self.member, self._runtime, None)
            exchange.fail("error")
            return
        refuse(exchange, self._problem(error))


def refuse(exchange: Exchange, error: HTTPError) -> None:
    """Answers a request with a problem, in JSON or as a page."""
    problem = as_asked(render(error, exchange.call.trace), headers_of(exchange.call.head))
    exchange.reply(head(problem.status, problem.headers), problem.body)
