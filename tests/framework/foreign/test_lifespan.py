"""An ASGI application's lifespan: what goes wrong in it is in the app's log, once; and when it starts all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.framework.foreign.served import Served
from vaas.framework.authoring.errors import CannotStart


def starlette(*, starts: bool = True) -> Starlette:
    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        if not starts:
            raise ValueError("no database")
        yield
        raise ValueError("could not flush")

    return Starlette(lifespan=life)


class Speaking:
    """Answers each event of its lifespan with the next of these messages, or raises it."""

    def __init__(self, *answers: dict[str, Any] | Exception, before: Exception | None = None) -> None:
        self._answers, self._before = answers, before

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._before is not None:
            raise self._before
        for answer in self._answers:
            await receive()
            if isinstance(answer, Exception):
                raise answer
            await send(answer)


COMPLETE = {"type": "lifespan.startup.complete"}
NOT_FLUSHED = {"type": "lifespan.shutdown.failed", "message": "could not flush"}


def reports_of(app: Any) -> list[str]:
    """What is in the app's log after a start and a stop."""

    async def main() -> list[str]:
        served = Served(app)
        await served.service.start()
        for _ in range(3):  # what the application does after its answer
            await asyncio.sleep(0)
        await served.service.stop()
        return served.reports

    return asyncio.run(main())


def failing_start(app: Any, error: type[Exception], match: str) -> list[str]:
    async def main() -> list[str]:
        served = Served(app)
        with pytest.raises(error, match=match):
            await served.service.start()
        return served.reports

    return asyncio.run(main())


def test_a_start_that_starlette_fails_is_the_app_s_own_exception_and_its_traceback_is_logged() -> None:
    [report] = failing_start(starlette(starts=False), ValueError, "no database")
    assert "in life" in report
    assert report.endswith("ValueError: no database\n")


def test_a_start_that_fails_in_words_fails_with_them() -> None:
    said = {"type": "lifespan.startup.failed", "message": "no database"}
    assert failing_start(Speaking(said), CannotStart, "no database") == []  # the pool logs it


def test_an_exception_before_the_answer_is_logged_and_the_app_starts_all_the_same() -> None:
    [report] = reports_of(Speaking(ValueError("the database is down")))
    assert "Traceback" in report
    assert report.endswith("ValueError: the database is down\n")


def test_an_exception_in_starlette_s_shutdown_is_logged_once() -> None:
    [report] = reports_of(starlette())
    assert "in life" in report
    assert report.endswith("ValueError: could not flush\n")


def test_an_exception_in_a_shutdown_is_logged() -> None:
    [report] = reports_of(Speaking(COMPLETE, ValueError("could not flush")))
    assert report.endswith("ValueError: could not flush\n")


def test_a_shutdown_that_fails_in_words_is_logged_with_them() -> None:
    assert reports_of(Speaking(COMPLETE, NOT_FLUSHED)) == ["The app did not shut down cleanly: could not flush"]
    [report] = reports_of(Speaking(COMPLETE, {"type": "lifespan.shutdown.failed"}))
    assert "lifespan.shutdown.failed" in report


def test_a_lifespan_that_breaks_while_the_app_serves_is_logged() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(COMPLETE)
        raise ValueError("the poller died")

    [report] = reports_of(app)
    assert report.endswith("ValueError: the poller died\n")


@pytest.mark.parametrize(
    "app", [Speaking(before=AssertionError("http only")), Speaking(), Speaking(COMPLETE, {"type": ""})]
)
def test_an_app_that_knows_no_lifespan_or_keeps_to_it_leaves_nothing_in_its_log(app: Any) -> None:
    assert reports_of(app) == []
