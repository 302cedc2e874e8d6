"""How an app is doing that no release answers for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from vaas.platform.records.records import App, Outcome, Release, State, Traffic
from vaas.platform.records.snapshot import AppRecords
from vaas.platform.records.standing import standing

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = App(name="shop", created_at=AT, created_by="ada")
ONE = {1: cast(Release, None)}


def records(traffic: Traffic | None, state: State | None = None, **others: Any) -> AppRecords:
    outcomes = {1: Outcome(app="shop", number=1, state=state, at=AT)} if state else {}
    return AppRecords("shop", **{"app": SHOP, "releases": ONE, "traffic": traffic, "outcomes": outcomes, **others})


def test_an_app_that_nobody_has_made_is_unknown() -> None:
    assert standing(None) == standing(records(None, app=None)) == "unknown"


def test_an_app_without_a_release_is_new() -> None:
    assert standing(records(None, releases={})) == "new"


@pytest.mark.parametrize(
    ("state", "stands"), [(None, "starting"), ("starting", "starting"), ("waiting", "waiting"), ("failed", "failed")]
)
def test_before_the_first_start_it_starts_until_there_is_an_outcome(state: State | None, stands: str) -> None:
    assert standing(records(Traffic(app="shop", candidate=1), state)) == stands


def test_once_a_release_has_started_it_has() -> None:
    assert standing(records(Traffic(app="shop", latest=1))) == "started"
    assert standing(records(Traffic(app="shop", latest=1, candidate=2))) == "started"


@pytest.mark.parametrize(("state", "stands"), [("failed", "failed"), ("waiting", "waiting"), (None, "failed")])
def test_an_app_without_a_candidate_is_what_became_of_its_newest_release(state: State | None, stands: str) -> None:
    assert standing(records(Traffic(app="shop"), state)) == stands


def test_an_app_whose_documents_cannot_be_read_has_failed() -> None:
    assert standing(records(Traffic(app="shop", candidate=1), broken={"k": "garbage"})) == "failed"
