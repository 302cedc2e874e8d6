"""Cold starts with ever more layers, in turns: pools in a process of their own, with a zygote for each set of layers.

It leaves out the gateway and the client. ``python -m benchmarks.layers FOLDER HOME ROUNDS`` is started by ``layers``,
for the reason that ``stages.py`` gives.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import uvloop
from msgspec.structs import replace

from benchmarks.command import turns
from benchmarks.stages import elsewhere, first_call, make_spec, put_away
from vaas.core.confine.system import FIRST_UID
from vaas.core.limits.cgroups import NONE, Cgroups
from vaas.core.limits.delegation import find
from vaas.core.policy import CodeMode, Permissions, Policy
from vaas.core.pool.pools import Pools
from vaas.core.spec import HostSpec
from vaas.platform.gateway.blocking_routes import understand
from vaas.platform.node.bootstrap import PRELOAD

_UID = FIRST_UID + 500_000
"""Of no app that a platform here may have."""


class Layers(NamedTuple):
    """One way to start a host."""

    adds: str
    """What it has beyond the one before it."""
    zygote: str
    """Which module of ``benchmarks.without`` its zygote imports; empty: it sees all there is."""
    groups: bool = True
    """Whether it has control groups, where there can be any."""
    own_uid: bool = True
    """Whether it becomes another user, where it may."""
    code: CodeMode = "trusted"
    net: tuple[str, ...] = ()


GROUPS = "control groups"
OWN_UID = "a uid of its own"
WAYS = (
    Layers("descriptors closed, rlimits", "kernel", groups=False, own_uid=False),
    Layers(GROUPS, "kernel", own_uid=False),
    Layers("session, capabilities, no_new_privs", "landlock", own_uid=False),
    Layers(OWN_UID, "landlock"),
    Layers("Landlock", "seccomp"),
    Layers("seccomp, self-check of all", ""),
    Layers("restricted code", "", code="restricted"),
    Layers("net by host: a broker", "", code="restricted", net=("example.com:443",)),
)
"""Each with all that those before it have."""
_ROOT = os.geteuid() == 0


def layers(folder: Path, home: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of each cold start of the app in that folder, by what was added last, as far as it is possible here."""
    return elsewhere("benchmarks.layers", folder, home, rounds, rounds * len(WAYS))


async def _layers(folder: Path, home: Path, rounds: int) -> dict[str, list[float]]:
    groups = find()
    missing = {OWN_UID: not _ROOT, GROUPS: groups == NONE}
    ways = {way.adds: way for way in WAYS if not missing.get(way.adds)}
    taken: dict[str, list[float]] = {adds: [] for adds in ways}
    async with AsyncExitStack() as stack:
        pools: dict[tuple[str, bool], Pools] = {}
        for way in ways.values():
            if (way.zygote, way.groups) not in pools:
                pools[way.zygote, way.groups] = await _pools(stack, home, way, groups)
        for round_ in range(rounds + 1):
            for adds in turns(list(ways), round_):
                way = ways[adds]
                seconds = await _start(pools[way.zygote, way.groups], _spec(way, folder, home))
                if round_:  # the first also waits for its zygote to be warm, and fills the cache of compiled code
                    taken[adds].append(seconds)
    return taken


async def _pools(stack: AsyncExitStack, home: Path, way: Layers, groups: Cgroups) -> Pools:
    preload = (*PRELOAD, f"benchmarks.without.{way.zygote}") if way.zygote else PRELOAD
    place = str(home / f"without-{way.zygote}-{way.groups}")
    pools = Pools(understand, lambda *line: None, place, preload, groups if way.groups else NONE)
    pools.start()
    stack.push_async_callback(pools.stop)
    return pools


def _spec(way: Layers, folder: Path, home: Path) -> HostSpec:
    place = home / f"{way.zygote}-{way.code}-{way.own_uid}"
    place.mkdir(exist_ok=True)
    spec = make_spec(folder, place)
    uid = _UID if way.own_uid and _ROOT else 0
    if uid:
        for owned in (spec.data, spec.cache):
            os.chown(owned, uid, uid)
    policy = Policy(code=way.code, permissions=Permissions(net=way.net))
    return replace(spec, uid=uid, policy=policy)


async def _start(pools: Pools, spec: HostSpec) -> float:
    """Seconds from the first call of an app without a host to its answer."""
    pool = pools.open(spec)
    asked, answered = await first_call(pool)
    await put_away(pool)
    return answered - asked


if __name__ == "__main__":
    print(json.dumps(uvloop.run(_layers(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))))
