"""The whole address space of the processes of a real platform, read from outside: nobody's secret is in another's.

Two apps with secrets in their settings, one of them with a network and so with a broker. Each is called with the
platform's token in hand, and started more than once, so that what an earlier start left behind could be inherited.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from tests.e2e.apps import TRUSTED, says
from tests.e2e.running import Running
from tests.escapes.memory import below, times

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may read the memory of processes that hide")

MANIFESTS = {"alice": TRUSTED + '[permissions]\nnet = ["localhost:1"]\n', "bob": TRUSTED}
NOT_THEIRS = {
    "vaas zygote": ("alice's settings", "bob's settings"),
    "vaas prefork": ("alice's settings", "bob's settings"),
    "vaas net alice": ("alice's settings", "bob's settings"),
    "vaas alice": ("bob's settings",),
    "vaas bob": ("alice's settings",),
}
PLATFORMS = ("its environment", "its token", "its token's digest", "its store's path")


class Found(NamedTuple):
    process: str
    secret: str


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    it = Running(tmp_path_factory.mktemp("memory"))
    it.environ["VAAS_CANARY"] = f"canary-{secrets.token_hex(8)}"
    it.start()
    try:
        yield it
    finally:
        it.stop()


@pytest.fixture(scope="module")
def found(platform: Running) -> Counter[Found]:
    """How often each secret stands in the memory of processes of each name."""
    token = token_of(platform)
    secret = token.split("_", 2)[2]
    needles = {
        "its environment": platform.environ["VAAS_CANARY"],
        "its token": secret,
        "its token's digest": hashlib.sha256(secret.encode()).hexdigest(),
        "its store's path": str(platform.home / "data" / "config.sqlite"),
        **{f"{name}'s settings": f"{name}-{secrets.token_hex(8)}" for name in MANIFESTS},
    }
    for release in (1, 2):
        for name, manifest in MANIFESTS.items():
            platform.deploy(name, says(f"release {release}"), manifest)
            own = needles[f"{name}'s settings"]
            platform.vaas("settings", name, "set", f"env.SECRET={own}")
            headers = {"X-Vaas-Release": f"v{release}", "X-Vaas-Token": token, "Authorization": f"Bearer {token}"}
            assert platform.get(f"/{name}/", headers=headers).text == f"release {release}"
    assert platform.process is not None
    everybody = {platform.process.pid: "vaas platform", **below(platform.process.pid)}
    counts: Counter[Found] = Counter()
    for pid, name in everybody.items():
        counts.update({Found(name, what): n for what, n in times(pid, needles).items()})
    return counts


def token_of(platform: Running) -> str:
    """Its user's, which is an admin's."""
    kept = "".join(path.read_text() for path in (platform.home / "config").rglob("*") if path.is_file())
    return re.findall(r"vaas_[0-9a-f]+_[\w-]+", kept)[0]


@pytest.mark.parametrize("secret", PLATFORMS)
def test_the_search_finds_the_platforms_secrets_where_they_are(found: Counter[Found], secret: str) -> None:
    assert found[Found("vaas platform", secret)] > 0


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_search_finds_the_settings_of_an_app_in_its_own_host(found: Counter[Found], name: str) -> None:
    assert found[Found(f"vaas {name}", f"{name}'s settings")] > 0


@pytest.mark.parametrize("process", NOT_THEIRS)
def test_the_memory_of_what_the_platform_starts_holds_nothing_of_the_platforms_and_of_others(
    found: Counter[Found], process: str
) -> None:
    assert process in {each.process for each in found}
    held = {secret: found[Found(process, secret)] for secret in (*PLATFORMS, *NOT_THEIRS[process])}
    assert {secret: n for secret, n in held.items() if n} == {}
