"""Runs attacks in one way: ``python -m tests.escapes.lab plain|restricted|kernel|uid < job > outcomes``.

*plain*: each in a fork of this process, as ordinary Python. *restricted*: the same, in a ``Machine`` whose policy is
restricted, and nothing else: no kernel layer. *kernel*: each is the trusted app of a real host, from a real zygote.
*uid*: the same, each app a user of its own in folders that only root may enter, as with a platform that is root.
This process stands for the supervisor: a canary is in its environment, another in its neighbour's. Started by
``harness.py``.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from tests.escapes.attack import Attack, attacks
from tests.escapes.world import Place, World

PATIENCE = 10
"""Seconds for one attack."""
UIDS = range(54_400, 55_400)
"""Nobody's on any system that tests are likely to meet; the first is the neighbour's."""
_host_context: contextvars.ContextVar[str] = contextvars.ContextVar("vaas_host_context")


def main() -> None:
    way, job = sys.argv[1], json.load(sys.stdin)
    answers = os.dup(1)  # attacks print where they like
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    logging.getLogger("vaas.host.audit").setLevel(logging.INFO)
    _host_context.set("context-secret")
    world = World(Path(job["root"]), job["secret"])
    chosen = [attacks()[name] for name in job["attacks"]]
    try:
        if way in ("plain", "restricted"):
            outcomes = _in_forks(world, chosen, way)
        else:
            outcomes = asyncio.run(_in_hosts(world, chosen, UIDS if way == "uid" else repeat(0)))
    finally:
        world.close()
    os.write(answers, json.dumps(outcomes).encode())


def _of_the_neighbour(world: World) -> str:
    """What stands in the environment of the neighbour, and nowhere else."""
    return f"env-{world.secret[::-1]}"


# --- plain and restricted: a fork for each


def _in_forks(world: World, chosen: list[Attack], way: str) -> dict[str, str]:
    for name in ("vaas.framework.serving.service", "vaas.core.restrict.compiler", "vaas.core.virtual.machine"):
        importlib.import_module(name)
    from vaas.core.host.preload import POPULAR

    for name in POPULAR:
        importlib.import_module(name)
    environment = {**os.environ, "VAAS_CANARY": _of_the_neighbour(world)}
    neighbour = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE, env=environment)
    world.neighbour_pid = neighbour.pid
    run = _plainly if way == "plain" else _restricted
    try:
        return {attack.name: _forked(world, attack, run) for attack in chosen}
    finally:
        neighbour.communicate(b"\n")


def _forked(world: World, attack: Attack, run: Callable[[World, Attack, Place], object]) -> str:
    place = world.place(attack, virtual=run is _restricted)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            os.chdir(place.bundle)
            result = str(run(world, attack, place))
        except BaseException as error:
            result = f"{type(error).__name__}: {error}"
        os.write(writing, result.encode(errors="replace")[:60000])
        os._exit(0)
    os.close(writing)
    try:
        return _heard(reading, child)
    finally:
        os.close(reading)
        shutil.rmtree(place.root, ignore_errors=True)


def _heard(reading: int, child: int) -> str:
    said = b""
    while select.select([reading], [], [], PATIENCE)[0]:
        part = os.read(reading, 65536)
        if not part:
            break
        said += part
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "hung"
    _, status = os.waitpid(child, 0)
    return said.decode(errors="replace") if status == 0 else f"crashed: {os.waitstatus_to_exitcode(status)}"


def _plainly(world: World, attack: Attack, place: Place) -> object:
    sys.path[:0] = [place.bundle, f"{place.bundle}/_vendor"]
    return _called(importlib.import_module("attack").attack)


def _restricted(world: World, attack: Attack, place: Place) -> object:
    from vaas.core.policy import Permissions, Policy
    from vaas.core.virtual.machine import Machine
    from vaas.framework.authoring.context import Context
    from vaas.framework.serving.public import make_own
    from vaas.framework.serving.service import app_modules, runtime_of

    permissions = Permissions(modules=attack.needs, **world.grants(attack))  # type: ignore[arg-type]
    machine = Machine(
        place.bundle,
        policy=Policy(code="restricted", permissions=permissions),
        modules=app_modules(),
        data=place.data,
        tmp=place.tmp,
        console=lambda stream, level, text: None,
        name="attacker",
    )
    machine.bind()
    make_own(machine, Context("attacker", "v1"), runtime_of(machine))
    return _called(machine.load("attack").attack)


def _called(attack: Callable[[], object]) -> object:
    host_secret = "frame-local-secret"
    answer = attack()
    assert host_secret
    return answer


# --- kernel: a real host for each


async def _in_hosts(world: World, chosen: list[Attack], uids: Iterable[int]) -> dict[str, str]:
    neighbours, *others = islice(uids, len(chosen) + 1)
    async with _pools(world) as pools:
        world.neighbour_pid = await _neighbour(pools, world, neighbours)
        room = asyncio.Semaphore(3)
        tries = (_hosted(pools, world, attack, uid, room) for attack, uid in zip(chosen, others, strict=True))
        answers = await asyncio.gather(*tries)
        return {attack.name: answer for attack, answer in zip(chosen, answers, strict=True)}


@asynccontextmanager
async def _pools(world: World) -> AsyncIterator[Any]:
    from vaas.core.pool.pools import Pools

    pools = Pools(lambda info: info, lambda app, release, line: None, str(world.root / "tmp"))
    pools.start()
    try:
        yield pools
    finally:
        await pools.stop()


async def _neighbour(pools: Any, world: World, uid: int) -> int:
    """A host that does no harm, with a secret in its environment; its process."""
    world.owner = uid
    spec = _spec(world, Attack("neighbour", "", "", "", ("*",), {}, {}, BYSTANDER), uid)
    return int(await _ask(pools.open(replace(spec, env={"VAAS_CANARY": _of_the_neighbour(world)}))))


BYSTANDER = """
import os
def attack():
    return str(os.getpid())
"""


async def _hosted(pools: Any, world: World, attack: Attack, uid: int, room: asyncio.Semaphore) -> str:
    async with room:
        pool = pools.open(_spec(world, attack, uid))
        try:
            return await _ask(pool)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            await pool.close(0.0)


def _spec(world: World, attack: Attack, uid: int) -> Any:
    from vaas.core.policy import Limits, Permissions, Policy
    from vaas.core.spec import HostSpec
    from vaas.framework.serving.service import FACTORY

    place = world.place(attack, virtual=True)
    place.give(uid)
    permissions = Permissions(modules=("*",), **world.grants(attack))  # type: ignore[arg-type]
    return HostSpec(
        app="app",
        release="v1",
        folder=place.bundle,
        data=place.data,
        tmp="",
        policy=Policy(code="trusted", permissions=permissions, limits=Limits(workers=1)),
        service=FACTORY,
        uid=uid,
    )


async def _ask(pool: Any) -> str:
    from msgspec import Raw
    from msgspec.json import decode
    from vaas.framework.http.wire_heads import RpcHead, decode_rpc_reply, encode

    reply = await pool.call("rpc", Raw(encode(RpcHead("run"))), b"{}", PATIENCE)
    status = decode_rpc_reply(reply.head).status
    return str(decode(reply.body)) if status == 200 else f"answered {status}: {reply.body!r}"


if __name__ == "__main__":
    main()
