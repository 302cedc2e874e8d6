"""The conductor: starts a platform, its users and its attackers, and gathers all that was measured for the judge.

The order: users begin; a short storm, so that everything has been done once; quiet; the storm; what is still under way
may end; quiet. Called by ``__main__.py``; next: ``attacker.py``, ``users.py``, ``judge.py``."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.e2e.running import Running, running
from tests.hostile import deploys, users
from tests.hostile.apps import NEIGHBOUR, NEIGHBOUR_LIMITS, TARGET, TARGET_LIMITS
from tests.hostile.attacker import attack
from tests.hostile.census import census
from tests.hostile.judge import DESCRIPTORS
from tests.hostile.lateness import ENOUGH, share_of_the_processor
from tests.hostile.vocabulary import Address, Attacker, Census, Sample, Span, Storm, Tally, World

OPTIONS = ("--connections", "400", "--trusted-proxies", "192.0.2.1")
"""Few connections, so that few take all; no proxy, so that each address of the loopback network is a client's own."""
PROCESSES = multiprocessing.get_context("fork")
LOOK = 0.5
"""Seconds between two looks at the processes."""
GRACE = 20.0
"""Seconds in which an attacker must have ended once the storm is over, and all that it has begun in the platform."""
ATTEMPTS = 3
"""Storms at most, if the machine has too much other work to tell how late the node is."""
IDLE = 75.0
"""Seconds after which a connection without a request, or with an answer that is not read, is closed: it has 65."""
CALM = 3.0
"""Seconds for which nothing changes until that counts as over."""


class Plan(NamedTuple):
    attackers: Sequence[Attacker]
    seconds: float
    seed: str

    @property
    def first(self) -> float:
        """Seconds of the first, short storm."""
        return min(8.0, self.seconds / 3)

    @property
    def quiet(self) -> float:
        """Seconds of each quiet."""
        return max(4.0, min(10.0, self.seconds / 4))


def conduct(plan: Plan) -> Storm:
    with tempfile.TemporaryDirectory(prefix="vaas-storm-") as home:
        Path(home).chmod(0o755)  # hosts are users of their own, and enter it
        with running(Path(home), *OPTIONS) as platform:
            world = prepared(platform)
            with _users(world, plan.seed) as ending:
                return _measured(platform, world, plan, ending)


def prepared(platform: Running) -> World:
    """A platform with its apps and tokens."""
    platform.deploy("neighbour", NEIGHBOUR, NEIGHBOUR_LIMITS)
    platform.deploy("target", TARGET, TARGET_LIMITS)
    apps = [f"--app=storm-{name}" for name in ("fresh", "many", "odd")]
    tokens = {"admin": ["--role", "admin"], "viewer": ["--role", "viewer"], "deployer": ["--app", "target", *apps]}
    made = {name: platform.vaas("tokens", "create", name, *words).stdout.strip() for name, words in tokens.items()}
    return World(_address(platform.gateway), _address(platform.console), **made)


def _address(url: str) -> Address:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def _measured(platform: Running, world: World, plan: Plan, ending: Callable[[], list[Sample]]) -> Storm:
    assert platform.process is not None
    node, data, log = platform.process.pid, platform.home / "data", platform.home / "platform.err"
    _say(f"seed {plan.seed}; a short storm of {plan.first:.0f} s")
    _storm(plan, world, plan.first, f"{plan.seed}:first", node)
    _settled(node)
    quiet = [_quiet(plan.quiet)]
    before, written = census(node, data), log.stat().st_size
    _say(f"the storm: {len(plan.attackers)} attackers, {plan.seconds:.0f} s")
    for attempt in range(ATTEMPTS):
        span, tallies, during = _storm(plan, world, plan.seconds, plan.seed, node)
        _settled(node)
        _until_connections_are_gone(node, before)
        quiet.append(_quiet(plan.quiet))
        share = share_of_the_processor(during[0], during[-1])
        if share >= ENOUGH or attempt == ATTEMPTS - 1:
            break
        _say(f"the node had the processor for {share:.0%} of the time that it wanted it: once more")
    after = census(node, data)
    text = log.read_bytes()[written:].decode("utf-8", "replace")
    return Storm(tuple(quiet), span, tuple(ending()), tuple(tallies), before, tuple(during), after, text)


def _quiet(seconds: float) -> Span:
    began = monotonic()
    time.sleep(seconds)
    return Span(began, monotonic())


def _settled(node: int) -> None:
    """Returns once the processes are the same for a while, or that takes too long."""
    kinds, since, began = None, monotonic(), monotonic()
    while monotonic() - since < CALM and monotonic() - began < GRACE:
        time.sleep(LOOK)
        found = sorted(one.kind for one in census(node).processes if one.kind != deploys.NAME)
        if found != kinds:
            kinds, since = found, monotonic()


def _until_connections_are_gone(node: int, before: Census) -> None:
    """Returns once the node holds no more of them than before, or has had the time to close what is idle."""
    began = monotonic()
    while _held(census(node)) > _held(before) + DESCRIPTORS and monotonic() - began < IDLE:
        time.sleep(LOOK)


def _held(seen: Census) -> int:
    return sum(process.descriptors for process in seen.processes if process.kind == "node")


# --- attackers


def _storm(plan: Plan, world: World, seconds: float, seed: str, node: int) -> tuple[Span, list[Tally], list[Census]]:
    span = Span(monotonic(), monotonic() + seconds)
    begun = [_begun(one, seed, world, span.end, number) for number, one in enumerate(plan.attackers)]
    seen = []
    while monotonic() < span.end:
        seen.append(census(node))
        time.sleep(LOOK)
    return span, [_ended(*each) for each in begun], seen


class _Begun(NamedTuple):
    name: str
    process: Any
    told: Connection


def _begun(attacker: Attacker, seed: str, world: World, until: float, number: int) -> _Begun:
    told, telling = PROCESSES.Pipe(duplex=False)
    source = f"127.0.1.{number + 1}"
    process = PROCESSES.Process(target=attack, args=(attacker, seed, world, until, source, telling))
    process.start()
    telling.close()
    return _Begun(attacker.name, process, told)


def _ended(name: str, process: Any, told: Connection) -> Tally:
    try:
        tally: Tally = told.recv() if told.poll(GRACE) else Tally(name, wrongs=1, wrong=("the attacker did not end",))
    except EOFError:
        tally = Tally(name, wrongs=1, wrong=("the attacker failed: its traceback is above",))
    told.close()
    process.join(1)
    if process.is_alive():
        process.kill()
    process.join()
    return tally


# --- users


@contextlib.contextmanager
def _users(world: World, seed: str) -> Iterator[Callable[[], list[Sample]]]:
    """They live until the function is called that this gives, which returns their samples."""
    address, telling = PROCESSES.Pipe(duplex=False)
    control = PROCESSES.Process(target=lambda: asyncio.run(users.serve_control(telling)))
    control.start()
    beside = address.recv()
    begun = [
        _alive(lambda: users.of_the_neighbour(world, beside, seed)),
        _alive(lambda: users.of_the_admin(world)),
        _alive(lambda: deploys.of_the_deployer(world)),
    ]
    try:
        yield lambda: [sample for process, told in begun for sample in _told(process, told)]
    finally:
        for process in [control, *(process for process, _ in begun)]:
            process.terminate()
            process.join()


def _alive(habits: Callable[[], Sequence[users.Habit]]) -> tuple[Any, Connection]:
    told, telling = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=users.live, args=(habits, telling))
    process.start()
    telling.close()
    return process, told


def _told(process: Any, told: Connection) -> list[Sample]:
    process.terminate()
    samples: list[Sample] = told.recv()
    return samples


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
