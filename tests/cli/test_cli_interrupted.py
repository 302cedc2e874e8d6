"""Ctrl-C in a deploy: whether anything was released, and whether that will go live."""

from __future__ import annotations

import signal
import threading
from typing import Any

import pytest

from tests.cli.fake_platform import Answer, detail, release, traffic


@pytest.fixture
def platform(api):
    api.on("GET", "/bundles/*", {"exists": True})
    api.on("POST", "/apps/shop/releases", {"created": True, "release": release(4, None)}, status=201)
    api.on("GET", "/apps/shop/traffic", traffic(latest=3))
    api.on("GET", "/apps/shop/releases", [release(4, None), release(3, "ready")])
    api.on("GET", "/apps/shop", detail())
    return api


@pytest.fixture(autouse=True)
def interruptible():
    """Also where the tests run in the background of a shell, which has them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def ctrl_c(answer: Any = None) -> Any:
    """The person presses it while the command waits for this answer, which then comes all the same."""

    def press(_: object) -> Any:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return answer or {}

    return press


def stopped(vaas, *words: str) -> str:
    result = vaas("deploy", *words)
    assert result.exit_code == 130
    return str(result.stderr)


def test_before_the_release_nothing_is_released(vaas, platform, shop):
    platform.on("GET", "/bundles/*", ctrl_c({"exists": False}))
    assert "nothing of shop was released" in stopped(vaas)
    assert platform.requests("POST") == []


def test_while_it_is_released_nothing_is_promised(vaas, platform, shop):
    platform.on("POST", "/apps/shop/releases", ctrl_c())
    assert "`vaas releases shop` says whether it was" in stopped(vaas)


@pytest.mark.parametrize(
    ("now", "mode", "says"),
    [
        (
            release(4, None),
            "latest",
            "shop v4 goes on starting on the platform, and goes live as soon as it has started.",
        ),
        (release(4, None), "latest", "v3 still answers. `vaas traffic shop lock v3` keeps it so."),
        (release(4, None), "lock", "shop v4 goes on starting on the platform, and gets no traffic"),
        (release(4, None, traffic=False), "latest", "shop v4 goes on starting on the platform, and gets no traffic"),
        (release(4, "failed"), "latest", "shop v4 has failed to start"),
        (release(4, "waiting"), "latest", "shop v4 takes no traffic until what it asks for is granted"),
        (release(4, "ready"), "latest", "shop v4 is ready and answers."),
        (release(4, "ready"), "lock", "shop v4 is ready, without traffic."),
    ],
)
def test_while_it_starts_it_is_said_whether_it_will_go_live(vaas, platform, shop, now, mode, says):
    platform.on("GET", "/apps/shop/releases/4", ctrl_c(release(4, None)), now)
    platform.on("GET", "/apps/shop/traffic", traffic(mode=mode, latest=3))
    assert says in stopped(vaas)


def test_a_platform_that_does_not_answer_then_is_no_second_error(vaas, platform, shop):
    gone = Answer({}, 503)
    platform.on("GET", "/apps/shop/releases/4", ctrl_c(release(4, None)), gone)
    assert "shop v4 is released: `vaas releases shop` says what becomes of it." in stopped(vaas)


def test_the_apps_that_were_to_follow_are_named(vaas, platform, shop):
    for name in ("billing", "mail"):
        (shop.parent / name).mkdir()
        (shop.parent / name / "vaas.toml").write_text(f'name = "{name}"\n')
        (shop.parent / name / "app.py").write_text("import vaas\n\n\n@vaas.app\nclass Shop:\n    pass\n")
    platform.on("GET", "/bundles/*", ctrl_c({"exists": False}))
    assert stopped(vaas, ".", "../billing", "../mail").endswith("Not begun: billing and mail.\n")
