"""Each app is a user of its own where the node can make it one, and its folders are that user's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.platform.reconciler.deploy_records import app, release
from vaas.core.confine.system import FIRST_UID, Capabilities
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.uids import NO_UID, Uids

ROOT = Capabilities(linux=True, root=True, uids=2**32 - 1)
IN_A_NAMESPACE = Capabilities(linux=True, root=True, uids=65_536)


def test_a_number_is_given_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "node" / "uids.json"
    uids = Uids(file, ROOT)
    assert [uids.of(name) for name in ("shop", "blog", "shop")] == [FIRST_UID, FIRST_UID + 1, FIRST_UID]
    again = Uids(file, ROOT)
    assert [again.of(name) for name in ("new", "blog")] == [FIRST_UID + 2, FIRST_UID + 1]


@pytest.mark.parametrize("system", [IN_A_NAMESPACE, Capabilities(linux=True)])
def test_where_a_process_cannot_change_its_uid_an_app_has_none(tmp_path: Path, system: Capabilities) -> None:
    assert Uids(tmp_path / "uids.json", system).of("shop") == NO_UID


def test_only_the_node_lists_the_folders_on_the_way_to_apps_and_every_user_goes_through(tmp_path: Path) -> None:
    folders = Folders(tmp_path, Capabilities())
    folders.lay_out()
    folders.prepare(app(), release(1))
    data = folders.places(release(1)).data
    assert {way.stat().st_mode & 0o077 for way in (data.parent, data.parent.parent, tmp_path / "node")} == {0o011}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_data_belongs_to_its_app_and_to_the_node_again_where_that_has_no_user(tmp_path: Path) -> None:
    owners = []
    for system in (ROOT, IN_A_NAMESPACE, ROOT):
        folders = Folders(tmp_path, system)
        folders.prepare(app(), release(1))
        owners.append(folders.places(release(1)).data.stat().st_uid)
    assert owners == [FIRST_UID, 0, FIRST_UID]
