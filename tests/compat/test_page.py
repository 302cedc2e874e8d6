"""``docs/compatibility.md`` is of these apps, at these versions, and says of each what the tests hold."""

from __future__ import annotations

import pytest

from scripts.compatibility import PAGE, rows_of, versions
from tests.compat.case import Case
from tests.compat.table import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.app)
def test_the_page_has_its_packages_at_the_versions_that_its_folder_pins(case: Case) -> None:
    names = ", ".join(case.packages)
    found = next(row for row in rows_of(PAGE.read_text()) if row.package == names and row.tried == case.tried)
    assert found.version == ", ".join(versions(case))
    assert found.trusted == "yes" or (case.needs and found.trusted.startswith("not tried"))
    assert found.restricted.startswith("no" if case.restricted else ("yes", "not tried"))
    assert case.note in found.note


def test_the_page_has_no_other_rows() -> None:
    assert len(rows_of(PAGE.read_text())) == len(CASES)
