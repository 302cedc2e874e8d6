"""The apps of the table whose own code runs restricted, with their packages loaded plainly; the rest is refused."""

from __future__ import annotations

import pytest

from tests.compat.case import Case
from tests.compat.conftest import TryOut
from tests.compat.matrix import Refused
from tests.compat.table import CASES

pytestmark = pytest.mark.compat


@pytest.mark.parametrize("case", [case for case in CASES if not case.restricted], ids=lambda case: case.app)
def test_it_answers_as_restricted_code_warm_and_cold(case: Case, try_out: TryOut) -> None:
    try_out(case, "restricted")


@pytest.mark.parametrize("case", [case for case in CASES if case.restricted], ids=lambda case: case.app)
def test_one_that_needs_trust_is_refused_or_fails(case: Case, try_out: TryOut) -> None:
    with pytest.raises((Refused, AssertionError)):
        try_out(case, "restricted")
