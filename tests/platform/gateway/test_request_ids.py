from __future__ import annotations

import pytest

from vaas.platform.gateway.request_ids import RequestIds


def test_ids_are_told_apart_and_known_again() -> None:
    ids = RequestIds()
    given = [ids.next() for _ in range(300)]
    assert len(set(given)) == 300
    assert all(map(ids.has_issued, given))


@pytest.mark.parametrize("count", ["0", "-1", "12d", "0x1", "01", "1_0", "A", " 1", "1\n", "", "z", "9" * 64])
def test_no_other_id_counts(count: str) -> None:
    ids = RequestIds()
    given = [ids.next() for _ in range(300)]
    prefix = given[0].partition("-")[0]
    assert ids.has_issued(f"{prefix}-12c")
    assert not ids.has_issued(f"{prefix}-{count}")


def test_the_ids_of_another_node_or_an_earlier_start_do_not_count() -> None:
    assert not RequestIds().has_issued(RequestIds().next())
    assert not RequestIds().has_issued("")
