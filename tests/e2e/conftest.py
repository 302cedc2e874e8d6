from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.running import Running, running


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One platform for all tests that leave it as they find it, but for apps of their own names."""
    with running(tmp_path_factory.mktemp("platform")) as it:
        yield it


@pytest.fixture
def own_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A platform for one test alone, that may be killed."""
    with running(tmp_path_factory.mktemp("own")) as it:
        yield it
