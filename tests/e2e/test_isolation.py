"""What the whole platform does to keep apps apart; the attacks are in tests/escapes."""

from __future__ import annotations

import os

import pytest

from tests.e2e.apps import TRUSTED, WHOAMI
from tests.e2e.running import Running


@pytest.mark.skipif(os.geteuid() != 0, reason="only a platform that runs as root can give apps users of their own")
def test_each_app_is_a_user_of_its_own_where_the_platform_is_root(platform: Running):
    platform.deploy("who-a", WHOAMI, TRUSTED)
    platform.deploy("who-b", WHOAMI, TRUSTED)
    users = [platform.get(f"/{name}/").json() for name in ("who-a", "who-b", "who-a")]
    assert users[0] == users[2]
    assert len({0, *users}) == 3
