"""What tests of control groups and thresholds stand on: a bench for pools, and one real platform."""

from __future__ import annotations

from tests.core.pool.fresh_bench import run
from tests.e2e.conftest import own_platform, platform

__all__ = ["own_platform", "platform", "run"]
