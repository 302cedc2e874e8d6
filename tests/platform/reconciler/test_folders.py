from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.platform.reconciler.deploy_records import AT, app, digest, release
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.local import Local
from vaas.platform.reconciler.steps import short
from vaas.platform.records.names import AppNameInvalid
from vaas.platform.records.records import stamp


def made(root: Path) -> Folders:
    """With one app of one release, unpacked, that has stored a note."""
    folders = Folders(root)
    folders.prepare(app(), release(1))
    folders.release("shop", digest(1)).mkdir(parents=True)
    (folders.places(release(1)).data / "note").write_text("milk")
    return folders


def test_an_app_that_is_worked_on_keeps_its_data_in_its_developers_folder(tmp_path: Path) -> None:
    kept = tmp_path / "shop" / ".vaas" / "data"
    folders = Folders(tmp_path / "node", local={"shop": Local(kept, {})}.get)
    folders.prepare(app(), release(1))
    (kept / "note").write_text("milk")
    folders.remove_app("shop", keep_data=False)
    assert (folders.places(release(1)).data, (kept / "note").read_text()) == (kept, "milk")


def test_what_is_unpacked_is_seen_and_what_is_still_being_made_is_not(tmp_path: Path) -> None:
    folders = made(tmp_path)
    folders.bundle("shop", digest(2)).write_bytes(b"zip")
    (folders.bundle("shop", digest(3)).parent / f".{short(digest(3))}.part").mkdir()
    assert folders.unpacked("shop") == {short(digest(1))}
    assert folders.fetched("shop") == {short(digest(2))}
    assert folders.unpacked("blog") == folders.fetched("blog") == frozenset()


def test_what_was_being_made_when_the_node_stopped_is_swept_away(tmp_path: Path) -> None:
    folders = made(tmp_path)
    parent = folders.release("shop", digest(1)).parent
    (parent / ".half.part").mkdir()
    (parent / ".half.part" / "app.py").touch()
    (parent / ".tmp123").touch()
    folders.sweep("shop")
    folders.sweep("never there")
    assert [path.name for path in parent.iterdir()] == [short(digest(1))]


def test_only_the_platform_may_look_into_an_apps_data(tmp_path: Path) -> None:
    assert made(tmp_path).places(release(1)).data.stat().st_mode & 0o077 == 0


def test_the_folders_know_when_their_app_was_made(tmp_path: Path) -> None:
    assert made(tmp_path).born("shop") == AT
    assert Folders(tmp_path).born("blog") is None


def test_a_removed_release_leaves_the_apps_data(tmp_path: Path) -> None:
    folders = made(tmp_path)
    folders.remove_release("shop", short(digest(1)))
    folders.remove_release("shop", short(digest(1)))
    assert folders.unpacked("shop") == frozenset()
    assert not folders.places(release(1)).cache.exists()
    assert (folders.places(release(1)).data / "note").exists()


def test_a_removed_app_leaves_nothing(tmp_path: Path) -> None:
    folders = made(tmp_path)
    folders.remove_app("shop", keep_data=False)
    folders.remove_app("shop", keep_data=False)
    assert not [path for path in tmp_path.rglob("*") if path.name in ("shop", "note")]


def test_data_that_was_not_removed_on_purpose_is_set_aside_each_time_under_another_name(tmp_path: Path) -> None:
    for _ in range(2):
        made(tmp_path).remove_app("shop", keep_data=True)
    assert sorted(path.parts[-3] for path in tmp_path.rglob("note")) == ["shop.1", "shop.2"]
    assert Folders(tmp_path).born("shop") is None


def test_data_that_was_set_aside_under_a_stamp_comes_back_with_the_app_it_belongs_to(tmp_path: Path) -> None:
    folders, one = made(tmp_path), app()
    data = Path(folders.places(release(1)).data)
    (data / "notes").write_text("milk")
    folders.remove_app("shop", keep_data=True, kept_as=stamp(one.created_at))
    assert (folders.kept("shop"), folders.kept_names()) == ({stamp(one.created_at)}, {"shop"})
    folders.prepare(app(one.created_at + timedelta(days=1)), release(1))
    assert not (data / "notes").exists(), "another app of that name has its own data"
    folders.remove_app("shop", keep_data=False)
    folders.prepare(one, release(1))
    assert (data / "notes").read_text() == "milk"
    assert folders.kept("shop") == frozenset()


def test_what_is_purged_is_gone(tmp_path: Path) -> None:
    folders = made(tmp_path)
    folders.remove_app("shop", keep_data=True, kept_as=5)
    folders.purge("shop", 5)
    assert folders.kept("shop") == frozenset()
    assert not list((tmp_path / "removed").iterdir())


@pytest.mark.parametrize("name", ["..", ".", "", "UPPER", "shop\n", "a/b", "/etc"])
def test_a_name_that_no_app_can_have_leads_to_no_folder(tmp_path: Path, name: str) -> None:
    folders = made(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    folders.sweep(name)
    for way in (folders.born, folders.fetched, folders.unpacked):
        with pytest.raises(AppNameInvalid):
            way(name)  # type: ignore[operator]  # each takes a name
    with pytest.raises(AppNameInvalid):
        folders.remove_app(name, keep_data=False)
    with pytest.raises(AppNameInvalid):
        folders.remove_release(name, short(digest(1)))
    assert sorted(tmp_path.rglob("*")) == before
