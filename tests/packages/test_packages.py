"""Packages that people use run as an app's own restricted code, and what is refused is refused for a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.packages.catalog import PACKAGES, Package
from tests.packages.fetch import Unreachable, sources
from tests.packages.runs import run


@pytest.fixture(scope="session")
def fetched() -> Path:
    try:
        return sources()
    except Unreachable as error:
        if os.environ.get("CI"):
            pytest.fail(f"the packages could not be fetched: {error}")
        pytest.skip(f"PyPI cannot be reached: {error}")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda it: it.pin)
def test_a_package_runs_as_documented_or_breaks_the_rules_we_say(
    package: Package, fetched: Path, tmp_path: Path
) -> None:
    outcome = run(package, fetched, tmp_path)
    assert outcome.wrong == []
    assert set(outcome.refused) == set(package.refusals)
    assert bool(package.why) == bool(package.refusals)
    assert package.refusals or outcome.accepted == outcome.imported == outcome.files


def test_ten_packages_run_their_documented_examples() -> None:
    assert len([it for it in PACKAGES if len(it.examples) >= 5]) >= 10
