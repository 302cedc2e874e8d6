"""Every app of the table, trusted: it answers as it does elsewhere, warm and cold."""

from __future__ import annotations

import pytest

from tests.compat.case import Case
from tests.compat.conftest import TryOut
from tests.compat.table import CASES

pytestmark = pytest.mark.compat


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.app)
def test_it_answers_as_it_does_elsewhere_warm_and_cold(case: Case, try_out: TryOut) -> None:
    try_out(case, "trusted")
