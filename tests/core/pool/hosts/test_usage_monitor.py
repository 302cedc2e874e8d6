"""Who is heavy and for how long: the watch over hosts that tell what they use."""

from __future__ import annotations

from typing import Any, cast

import pytest

from vaas.core.limits.usage import Usage
from vaas.core.policy import Policy
from vaas.core.pool.hosts import usage_monitor as watch
from vaas.core.pool.hosts.usage_monitor import CALM, CALM_MOST, UsageMonitor

NODE, HOST = 1, 2


class Zygote:
    pid = NODE

    def __init__(self) -> None:
        self.idle = False
        self.groups = self

    def set_idle(self, pid: int, idle: bool) -> bool:
        assert pid == HOST
        self.idle = idle
        return True


class Host:
    pid = HOST
    calls = in_flight = 1
    starting = False


class Scene:
    """One host, of an app that computes for as long as it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.zygote, self.host, self.cpu, self.now = Zygote(), Host(), 0.0, 100.0
        monkeypatch.setattr(watch, "usage_of", lambda pid: Usage(cpu=self.cpu if pid == HOST else 0.0))
        self._watch = UsageMonitor(Policy(), cast(Any, self.zygote))
        self.look()

    def look(self, seconds: float = 0.25, share: float = 0.0) -> None:
        """So much later, in which the app has had that share of a core."""
        self.now += seconds
        self.cpu += seconds * share
        self._watch.look([cast(Any, self.host)], self.now)
        self._watch.lift(cast(Any, self.host), 0.0)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


def test_an_app_that_computes_gives_way_from_the_next_look_on(scene: Scene):
    scene.look(share=1.0)
    assert scene.zygote.idle


def test_one_long_call_is_forgiven_soon_and_many_are_not(scene: Scene):
    scene.look(share=0.2)
    assert scene.zygote.idle
    scene.host.in_flight = 0
    scene.look(CALM + 2.0)
    assert not scene.zygote.idle
    for _ in range(20):
        scene.look(share=1.0)
    scene.look(CALM_MOST - 1.0)
    assert scene.zygote.idle
    scene.look(2.0)
    assert not scene.zygote.idle


def test_what_a_host_computes_while_it_starts_is_not_held_against_it(scene: Scene):
    scene.host.starting = True
    for _ in range(4):
        scene.look(share=1.0)
    scene.host.starting = False
    scene.look(share=1.0)
    assert not scene.zygote.idle


def test_who_gives_way_and_gets_nothing_is_let_go_before_others_for_one_look(scene: Scene):
    scene.look(share=1.0)
    for _ in range(3):
        scene.look(share=0.0)
    assert scene.zygote.idle, "a moment without a turn is what giving way means"
    scene.look(share=0.0)
    assert not scene.zygote.idle
    scene.look(share=0.5)
    assert scene.zygote.idle


def test_who_wants_nothing_is_not_let_go_before_others(scene: Scene):
    scene.look(share=1.0)
    scene.host.in_flight = 0
    scene.look(share=0.0)
    assert scene.zygote.idle
