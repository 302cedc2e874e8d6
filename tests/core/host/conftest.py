"""The node's part of one worker's socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.host.node import Node


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.close()
