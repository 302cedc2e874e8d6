"""A list is sent as the JSON that it is, whether in one part or many."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.control import json_lists
from vaas.platform.control.json_lists import as_json, within_json

values = st.lists(st.none() | st.text() | st.dictionaries(st.text(), st.integers(-5, 5)), max_size=6)


async def body(value: Any) -> bytes:
    if isinstance(value, msgspec.Raw):
        return bytes(value)
    return b"".join([part async for part in value.body])


@pytest.mark.parametrize("part", [1, 2, 30, 64 * 1024])
@given(items=values)
def test_it_is_the_json_of_the_list(part: int, items: list[Any]):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lists, "PART", part)
        assert asyncio.run(body(asyncio.run(as_json(items)))) == msgspec.json.encode(items)
        assert bytes(asyncio.run(within_json(items))) == msgspec.json.encode(items)
