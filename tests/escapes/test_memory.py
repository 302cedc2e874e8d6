"""The whole address space of the zygote and of hosts, read from outside: nobody's secret is in another's memory."""

from __future__ import annotations

import pytest
from tests.escapes import harness


@pytest.fixture(scope="module")
def found() -> dict[str, int]:
    memories = harness.memories()
    if harness.absent(memories["platform in host"]):
        pytest.skip(harness.absent(memories["platform in host"]))
    counts = {what: int(times) for what, times in memories.items()}
    assert counts["neighbour in neighbour"] > 0, "the search itself must find what is there"
    return counts


@pytest.mark.parametrize("whose", ["zygote", "host", "neighbour"])
def test_no_memory_of_theirs_holds_the_environment_of_the_platform(found: dict[str, int], whose: str) -> None:
    assert found[f"platform in {whose}"] == 0


@pytest.mark.parametrize("whose", ["zygote", "host"])
def test_no_memory_of_theirs_holds_the_environment_of_another_app(found: dict[str, int], whose: str) -> None:
    assert found[f"neighbour in {whose}"] == 0
