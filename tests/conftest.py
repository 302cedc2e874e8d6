"""What holds for every test: in CI no optional part may be missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

ELSEWHERE = ("syntax of Python", "root ", "this kernel has no", "cannot be tried here")
"""Skips that begin so are not about a missing part but about who runs this: another interpreter, user, kernel; or about
an attack that not even plain Python can make here."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """A skip says that a part is missing on this machine; CI has every part, so there it is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(ELSEWHERE):
            report.outcome = "failed"
            report.longrepr = f"{reason}: CI has every part, so this must not be skipped there"
    return report
