from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.compat.case import Case
from tests.compat.matrix import Matrix, Unreachable, matrix
from tests.compat.servers import absent

TryOut = Callable[[Case, str], None]


@pytest.fixture(scope="module")
def compat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """One platform for the apps of a file."""
    with matrix(tmp_path_factory.mktemp("compat")) as it:
        yield it


@pytest.fixture
def try_out(compat: Matrix) -> TryOut:
    """Asks the app everything, warm and cold; skips where its packages or its server cannot be had."""

    def try_out(case: Case, code: str) -> None:
        if absent(case.needs):
            pytest.skip(f"cannot be tried here: there is no {case.needs}")
        try:
            compat.try_out(case, code)
        except Unreachable as error:
            pytest.skip(f"its packages cannot be fetched: {error}")

    return try_out
