"""Who may read what of a node's data folder: its owner, and of an app's code and data that app's user alone."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.e2e.apps import COUNTS, TRUSTED, says
from tests.e2e.running import Running, running

WAYS = [
    "",
    "node",
    "node/releases",
    "node/cache",
    "node/cache/*",
    "node/layers",
    "node/builds",
    "apps",
    "apps/*",
    "tmp",
]
"""Folders on the way to those of apps: their users pass through, and list nothing."""
WAYS_OF_ONE = ["node/releases/*"]
"""Through which the user of one app goes."""
CLOSED_BY_THE_WAY = ["node/releases/*/*", "node/layers/*"]
"""Read by the user of one app, who alone gets here, or by those who know the digest that is its name."""
OF_ONE = ["node/cache/*/*", "apps/*/data", "tmp/*", "removed/*"]
"""Each is closed itself, and holds what an app makes."""


def used(platform: Running) -> None:
    """Has it write all that a node writes."""
    platform.deploy("shop", COUNTS, TRUSTED)
    platform.deploy("blog", says("blog"))
    platform.vaas("run", "shop", "--", "python", "-c", "print(1)")
    assert platform.get("/blog/").text == "blog"
    platform.deploy("gone", COUNTS, TRUSTED)
    platform.get("/gone/")
    platform.vaas("rm", "gone", "--yes")


def open_to_others(data: Path) -> dict[str, str]:
    """What anyone but its owner may list, write or read, by its path; passing through a way is no reading."""
    found = {}
    for top, folders, files in os.walk(data):
        files = [] if is_one(spelled(Path(top), data), OF_ONE) else files
        for path in [Path(top), *(Path(top, name) for name in files)]:
            if others := mode(path) & 0o077 & ~allowed(spelled(path, data)):
                found[spelled(path, data)] = oct(others)
        folders[:] = [name for name in folders if not is_one(spelled(Path(top, name), data), CLOSED_BY_THE_WAY)]
        if is_one(spelled(Path(top), data), OF_ONE):
            folders.clear()
    return found


def mode(path: Path) -> int:
    """0 for what a host that ends has taken with it meanwhile."""
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:
        return 0


def spelled(path: Path, data: Path) -> str:
    return str(path.relative_to(data)).removeprefix(".")


def is_one(path: str, patterns: list[str]) -> bool:
    parts = path.split("/")
    return any(len(parts) == len(it.split("/")) and fnmatchcase(path, it) for it in patterns)


def allowed(path: str) -> int:
    return 0o011 if is_one(path, WAYS) else 0o010 if is_one(path, WAYS_OF_ONE) else 0


@pytest.fixture(params=["000", "022", "077"])
def under_umask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    through = ("sh", "-c", f'umask {request.param}; exec "$@"', "sh")
    with running(tmp_path_factory.mktemp("umask"), through=through) as platform:
        yield platform


def test_nothing_in_the_data_folder_is_open_to_others_whatever_the_umask(under_umask: Running):
    used(under_umask)
    assert open_to_others(under_umask.home / "data") == {}
    under_umask.stop()
    assert open_to_others(under_umask.home / "data") == {}


def test_what_an_earlier_version_has_left_open_is_closed_at_the_start(own_platform: Running):
    used(own_platform)
    own_platform.stop()
    data = own_platform.home / "data"
    for top, _, files in os.walk(data):
        Path(top).chmod(0o755)
        for name in files:
            Path(top, name).chmod(0o644)
    own_platform.start()
    assert own_platform.get("/blog/").text == "blog"
    assert open_to_others(data) == {}


def test_a_folder_that_holds_other_things_keeps_its_own_mode(own_platform: Running):
    own_platform.stop()
    data = own_platform.home / "data"
    (data / "letters").mkdir()
    data.chmod(0o755)
    own_platform.start()
    assert stat.S_IMODE(data.stat().st_mode) == 0o755


TRIED = ["config.sqlite", "node/uids.json", "last-good", "node-id", "bundles", "logs/shop", "removed", "apps/shop/born"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another app's user")
def test_an_apps_user_reads_the_code_and_data_of_its_own_app_and_nothing_else(own_platform: Running):
    used(own_platform)
    data = own_platform.home / "data"
    given = json.loads((data / "node/uids.json").read_text())
    uids = {key.partition("@")[0]: uid for key, uid in given.items()}
    code = {app: next((data / "node/releases" / app).iterdir()).relative_to(data) for app in ("shop", "blog")}
    own = [str(code["shop"] / "app.py"), str(code["shop"]), "apps/shop/data"]
    others = [str(code["blog"] / "app.py"), str(code["blog"]), "node/releases/blog", "node/releases", "apps", *TRIED]
    read = as_user(uids["shop"], data, [*own, *others])
    assert read == set(own)
    assert as_user(uids["blog"], data, [*own, "node/releases/shop", "apps/shop"]) == set()
    assert as_user(uids["shop"] + 50, data, [*own, *others]) == set()


def as_user(uid: int, data: Path, paths: list[str]) -> set[str]:
    """Those that a process of that user can open, which may begin at the data folder itself."""
    root, (reading, writing) = os.open(data, os.O_PATH | os.O_DIRECTORY), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.write(writing, json.dumps([path for path in paths if _opens(path, root)]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading, "rb") as stream:
        answer = stream.read()
    os.close(root)
    return set(json.loads(answer))


def _opens(path: str, root: int) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY, dir_fd=root))
    except OSError:
        return False
    return True
