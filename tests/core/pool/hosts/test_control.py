"""What a host is told first, past the zygote: all of its settings, or a refusal that says why."""

import msgspec
import pytest

from tests.core.pool.benches import ask
from vaas.core.pool.errors import BackingOff, HostBroken
from vaas.core.wire.messages import MAX_SPEC

CODE = """
import os
import vaas

@vaas.app
class App:
    @vaas.rpc
    async def long(self) -> int:
        return len(os.environ["LONG"])
"""


def test_an_app_gets_an_environment_as_long_as_a_socket_takes_at_once(run):
    async def scene(bench):
        spec = msgspec.structs.replace(bench.pool(CODE).spec, env={"LONG": "x" * (MAX_SPEC - 2048)})
        assert await ask(bench.pools.open(spec), "long") == MAX_SPEC - 2048

    run(scene)


def test_a_longer_one_is_refused_with_the_reason(run):
    async def scene(bench):
        spec = msgspec.structs.replace(bench.pool(CODE).spec, env={"LONG": "x" * MAX_SPEC})
        with pytest.raises((HostBroken, BackingOff), match="settings are larger than"):
            await ask(bench.pools.open(spec), "long")

    run(scene)
