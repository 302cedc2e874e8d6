"""What ``vaas dev`` says of each save, and that it follows the apps' logs; the platform's answers are given."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import click
import pytest
from vaas_cli.address import Target
from vaas_cli.dev_session import DevSession
from vaas_cli.following import Followers
from vaas_cli.local_folders import LocalFolders

from tests.cli.fake_platform import Answer, detail, policy, release

APP = "import vaas\n\n\n@vaas.app\nclass Shop:\n    pass\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "vaas.toml").write_text('name = "shop"\n')
    (folder / "app.py").write_text(APP)
    return folder


@pytest.fixture
def platform(api):
    api.on("GET", "/bundles/*", {"exists": True})
    api.on("GET", "/apps/shop", detail())
    api.on("GET", "/apps/shop/logs", Answer(raw=b""))
    api.on("POST", "/apps/shop/releases", {"may_grant": True, "created": True, "release": release(1, None)})
    api.on("GET", "/apps/shop/releases/1", release(1))
    api.on("GET", "/apps/shop/releases", [release(1)])
    return api


@pytest.fixture
def session(platform, again):
    session = DevSession(Target(platform.url, "token"), LocalFolders(), again.append)
    yield session
    session.close()


@pytest.fixture
def again():
    """The apps that the node has looked at again."""
    return []


def test_a_save_is_deployed_with_all_that_it_asks_for_granted(session, platform, shop, capsys):
    session.renew(shop)
    assert platform.requests("POST")[0].json["grant"] is True
    assert "shop v1 in " in capsys.readouterr().out


def test_what_is_granted_is_said_once(session, platform, shop, capsys):
    platform.on("GET", "/apps/shop/releases/1", release(1, asked=policy(net=["a:1"])))
    session.renew(shop)
    session.renew(shop)
    assert capsys.readouterr().out.count("shop is granted all that it asks for: net=a:1") == 1


def test_a_save_that_changes_nothing_says_nothing(session, platform, shop, capsys):
    session.renew(shop)
    capsys.readouterr()
    platform.on("POST", "/apps/shop/releases", {"may_grant": True, "created": False, "release": release(1)})
    session.renew(shop)
    assert capsys.readouterr().out == ""


def test_code_that_cannot_be_deployed_is_shown_with_its_line_and_sent_nowhere(session, platform, shop, capsys):
    (shop / "app.py").write_text("def f(:\n")
    session.renew(shop)
    said = capsys.readouterr().out
    assert "shop is broken:" in said
    assert "app.py:1: syntax: " in said
    assert platform.seen == []


def test_code_that_does_not_start_is_shown_with_its_traceback_and_who_still_answers(session, platform, shop, capsys):
    told = {"error": "KeyError: 'x'", "where": "app.py:3", "traceback": "Traceback …"}
    platform.on("POST", "/apps/shop/releases", {"may_grant": True, "created": True, "release": release(2, None)})
    platform.on("GET", "/apps/shop/releases/2", release(2, "failed", told=told))
    session.renew(shop)
    said = capsys.readouterr().out
    assert "shop v2 is broken:\n  app.py:3: KeyError: 'x'\n    Traceback …\nv1 still answers." in said


def test_the_same_mistake_is_said_once_and_the_way_back_is_said_too(session, platform, shop, capsys):
    session.renew(shop)
    (shop / "app.py").write_text("def f(:\n")
    session.renew(shop)
    session.renew(shop)
    assert capsys.readouterr().out.count("is broken") == 1
    (shop / "app.py").write_text(APP)
    platform.on("POST", "/apps/shop/releases", {"may_grant": True, "created": False, "release": release(1)})
    session.renew(shop)
    assert "shop v1 in " in capsys.readouterr().out


def test_a_folder_that_has_gone_is_shown_and_ends_nothing(session, platform, shop, capsys):
    (shop / "app.py").unlink()
    (shop / "vaas.toml").unlink()
    shop.rmdir()
    session.renew(shop)
    assert "There is no folder" in capsys.readouterr().out


def test_nothing_is_said_of_a_deploy_that_is_cut_by_the_end(session, platform, shop, capsys):
    session.close()
    platform.on("GET", "/bundles/*", Answer(raw=b"{", headers={"Content-Length": "100", "Connection": "close"}))
    session.renew(shop)
    assert capsys.readouterr().out == ""


@pytest.fixture
def unchanged_code(session, platform, shop, capsys):
    """The session has deployed it, and finds the same code the next time."""
    session.renew(shop)
    platform.on("POST", "/apps/shop/releases", {"created": False, "release": release(1)})
    platform.on("GET", "/nodes", [{"apps": {"shop": {"1": {"state": "ready"}}}}])
    capsys.readouterr()


def test_a_changed_env_file_takes_effect_and_that_is_said(session, unchanged_code, shop, again, capsys):
    (shop / ".env").write_text("MODE=dark\n")
    session.renew(shop)
    session.renew(shop)
    assert again == ["shop"]
    assert capsys.readouterr().out.count("shop runs with the .env of now") == 1


def test_an_env_file_that_the_app_cannot_start_with_is_said(session, platform, unchanged_code, shop, capsys):
    failed = {"state": "failed", "error": "KeyError: 'MODE'", "where": "app.py:3", "traceback": ""}
    platform.on("GET", "/nodes", [{"apps": {"shop": {"1": failed}}}])
    (shop / ".env").write_text("MODES=dark\n")
    session.renew(shop)
    assert "shop with this .env is broken:\n  app.py:3: KeyError: 'MODE'" in capsys.readouterr().out


def test_an_env_file_that_is_none_is_shown_with_its_line(session, unchanged_code, shop, capsys):
    (shop / ".env").write_text("A=1\nB='no end\n")
    session.renew(shop)
    assert re.search(r"shop/\.env:2: this line cannot be understood", capsys.readouterr().out)


def test_the_log_of_each_app_is_followed_once(api):
    line = b'{"time": 1795255200.0, "release": "v1", "level": "info", "text": "hello"}\n'
    api.on("GET", "/apps/shop/logs", Answer(raw=line))
    printed, lines = threading.Event(), []

    def put(told: list[str]) -> None:
        lines.extend(told)
        printed.set()

    followers = Followers(Target(api.url, "token"), put)
    followers.follow("shop")
    followers.follow("shop")
    assert printed.wait(5)
    followers.stop()
    assert [click.unstyle(text).split()[0] for text in lines] == ["shop"]
    assert click.unstyle(lines[0]).endswith("info    hello")
    assert api.seen[0].query == {"follow": "true"}


def test_a_log_that_breaks_off_is_said(api):
    api.refuse("GET", "/apps/shop/logs", 503, "The node has gone.")
    printed, lines = threading.Event(), []
    followers = Followers(Target(api.url, "token"), lambda told: (lines.extend(told), printed.set()))
    followers.follow("shop")
    assert printed.wait(5)
    followers.stop()
    assert lines == ["The log of shop is not shown any more: The node has gone."]


# --- the commands around it, as far as they start nothing


@pytest.mark.parametrize("words", [("--port", "99999"), ("--port", "http"), ("--console-port", "-1"), ("--grant",)])
def test_dev_used_wrongly_is_a_usage_error(alone, words):
    assert alone("dev", *words).exit_code == 2


def test_dev_in_a_folder_that_is_no_app_says_so_and_starts_nothing(alone, tmp_path):
    result = alone("dev", tmp_path)
    assert (result.exit_code, "vaas init" in result.stderr, result.stdout) == (1, True, "")


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--store", "etcd://h1:2379,h2:2379/vaas", "etcd comes in a later release"),
        ("--bundles", "s3://bucket?endpoint=http://127.0.0.1:9000", "s3 comes in a later release"),
        ("--store", "postgres://x", "there is no such store"),
        ("--bundles", "etcd://x", "there is no such store"),
    ],
)
def test_a_store_that_is_not_there_is_refused_with_what_there_is(alone, option, value, why):
    result = alone("platform", option, value)
    assert (result.exit_code, why in result.stderr, f"{option} {value}" in result.stderr) == (1, True, True)
