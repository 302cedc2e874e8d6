"""Every onslaught at a real platform: its caller hears in time, its app answers again, its neighbour feels nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import httpx
import pytest

from tests.core.pool.busy import busy
from tests.e2e.apps import says
from tests.e2e.running import Running
from tests.limits.onslaughts import ANY, app, names
from tests.limits.onslaughts_trusted import TRUSTED

pytestmark = pytest.mark.alone(reason="each takes all that it can get of the machine, and its neighbour is timed")

TIMEOUT = 0.5
SPARE = 0.2
"""Seconds beyond its timeout in which a caller must hear."""
BACK = 1.0
"""Seconds in which the app must answer again."""
LIMITS = (
    f'[limits]\ntimeout = "{TIMEOUT}s"\nmemory = "64MB"\ndisk = "8MB"\n'
    "threads = 40\nfiles = 80\nlines = 500\nworkers = 2\n"
)
BOTH = 'code = "trusted"\n[permissions]\nmodules = ["*"]\n' + LIMITS
NAMED = (
    *("spin", "sleep", "regex", "giant_power", "sum_of_giant_range", "spin_async", "wait_for_ever", "never_woken"),
    *("swallow_cancellation", "wait_in_finally", "deadlock", "yield_for_ever", "spin_in_finally", "lock_for_ever"),
    *("one_string", "doubled_string", "doubled_list", "padded", "giant_answer", "exceptions_that_hold", "blocks"),
    *("join_for_ever", "spin_against_interrupts", "switch_interval", "threads_without_end", "disk", "disk_in_data"),
    *("descriptors_without_end", "pipes_without_end", "full_pipes", "sparse_file"),
)
"""Where the answer must name a limit. Which one depends on what those before have left in the host; each by itself is
tried in ``test_limits_of_hosts.py``."""


class Neighbour:
    """Asks a well-behaved app all the time, and keeps what was not as it should be."""

    def __init__(self, url: str) -> None:
        self.odd: list[object] = []
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        with httpx.Client(timeout=10) as client:
            while not self._over.wait(0.01):
                began = perf_counter()
                answer = client.get(self._url)
                seconds = perf_counter() - began
                if answer.status_code != 200 or seconds > 1.0 * busy():
                    self.odd.append((answer.status_code, seconds))

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture(scope="module")
def neighbour(platform: Running) -> Iterator[Neighbour]:
    platform.deploy("onslaught", app(ANY), LIMITS)
    platform.deploy("onslaught-trusted", app(ANY + TRUSTED), BOTH)
    platform.deploy("neighbour", says("fine"))
    it = Neighbour(f"{platform.gateway}/neighbour/")
    yield it
    it.stop()


def bear(platform: Running, neighbour: Neighbour, name: str, onslaught: str) -> httpx.Response:
    """What the caller was answered, when all else was as it should be."""
    until_fine(platform, name)
    neighbour.odd.clear()
    began = perf_counter()
    answer = platform.get(f"/{name}/{onslaught}")
    assert perf_counter() - began < TIMEOUT + SPARE * busy()
    assert answer.headers["x-request-id"]
    began = perf_counter()
    until_fine(platform, name)
    assert perf_counter() - began < BACK * busy()
    assert neighbour.odd == []
    return answer


def until_fine(platform: Running, name: str) -> None:
    """A crash loop may have to be waited for first."""
    while (answer := platform.get(f"/{name}/fine")).status_code != 200:
        assert answer.status_code in (502, 503, 504)


@pytest.mark.parametrize("onslaught", names(ANY))
def test_an_onslaught_of_restricted_code_harms_nobody_else_and_its_app_for_a_moment(
    platform: Running, neighbour: Neighbour, onslaught: str
):
    answer = bear(platform, neighbour, "onslaught", onslaught)
    assert onslaught not in NAMED or "limits." in answer.json()["detail"]


@pytest.mark.parametrize("onslaught", names(ANY + TRUSTED))
def test_an_onslaught_of_trusted_code_harms_nobody_else_and_its_app_for_a_moment(
    platform: Running, neighbour: Neighbour, onslaught: str
):
    answer = bear(platform, neighbour, "onslaught-trusted", onslaught)
    assert onslaught not in NAMED or "limits." in answer.json()["detail"]


def test_the_platform_is_no_larger_after_all_that(platform: Running, neighbour: Neighbour):
    assert platform.process is not None
    before = resident(platform.process.pid)
    for onslaught in ("lines_without_end", "giant_line", "giant_error", "giant_answer"):
        bear(platform, neighbour, "onslaught", onslaught)
    assert resident(platform.process.pid) - before < 32 * 1024 * 1024


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
