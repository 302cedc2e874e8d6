"""On which instances of libraries restricted code sets attributes: those that an app makes, none that others hold."""

from __future__ import annotations

import calendar
import decimal
import http
import http.client
import logging
import urllib.request
from typing import Any

import pytest
from msgspec import Raw

from vaas.core.restrict.settable import may_be_shared


@pytest.fixture(autouse=True)
def facts(run: Any) -> None:
    """They are declared by the first machine."""
    run("")


@pytest.mark.parametrize(
    "it",
    [http.HTTPStatus.OK, calendar.day_name, decimal.Context.prec],
    ids=lambda it: str(type(it)),
)
def test_what_another_app_may_hold_is_shared(it: Any) -> None:
    assert may_be_shared(it)


@pytest.mark.parametrize(
    "it",
    [http.client.HTTPConnection("x"), urllib.request.Request("http://x"), logging.Handler(), ValueError(), Raw(b"")],
    ids=lambda it: str(type(it)),
)
def test_what_an_app_makes_to_configure_it_or_had_to_be_granted_is_not(it: Any) -> None:
    assert not may_be_shared(it)


def test_restricted_code_configures_what_it_makes(run: Any) -> None:
    assert run("import logging\nhandler = logging.Handler()\nhandler.terminator = '!'").handler.terminator == "!"


def test_restricted_code_sets_nothing_on_what_others_hold(run: Any) -> None:
    with pytest.raises(AttributeError, match="it is not the app's own"):
        run("import http\nhttp.HTTPStatus.OK.phrase = 'No'")
