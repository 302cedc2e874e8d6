from __future__ import annotations

import json
import os
import stat
import threading

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from vaas.platform.auth import kept_tokens

URL = "http://127.0.0.1:9080"


def test_what_is_saved_is_loaded_again():
    kept_tokens.save(URL, "vaas_a_b")
    assert kept_tokens.load(URL) == "vaas_a_b"


def test_nothing_is_known_of_a_platform_that_was_never_saved():
    assert kept_tokens.load(URL) is None
    assert kept_tokens.chosen() is None


def test_each_platform_has_its_own_token():
    kept_tokens.save(URL, "one")
    kept_tokens.save("https://vaas.example.com", "two")
    assert (kept_tokens.load(URL), kept_tokens.load("https://vaas.example.com")) == ("one", "two")


def test_a_slash_at_the_end_of_the_address_makes_no_difference():
    kept_tokens.save(URL + "/", "one")
    assert kept_tokens.load(URL) == "one"


def test_only_its_owner_can_read_the_file_whatever_the_umask():
    before = os.umask(0)
    try:
        kept_tokens.save(URL, "secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE(kept_tokens.path().stat().st_mode) == 0o600
    assert stat.S_IMODE(kept_tokens.path().parent.stat().st_mode) == 0o700


def test_a_folder_that_others_could_read_is_closed_to_them():
    kept_tokens.path().parent.mkdir(parents=True, mode=0o755)
    kept_tokens.save(URL, "secret")
    assert stat.S_IMODE(kept_tokens.path().parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_replaced_by_one_that_they_cannot():
    kept_tokens.save(URL, "old")
    kept_tokens.path().chmod(0o644)
    kept_tokens.save(URL, "new")
    assert stat.S_IMODE(kept_tokens.path().stat().st_mode) == 0o600


def test_a_relative_config_home_is_ignored(monkeypatch, home):
    monkeypatch.setenv("XDG_CONFIG_HOME", "config")
    assert kept_tokens.path() == home / ".config" / "vaas" / "credentials.json"


def test_the_first_platform_saved_is_the_chosen_one():
    kept_tokens.save(URL, "one")
    kept_tokens.save("https://vaas.example.com", "two")
    assert kept_tokens.chosen() == URL


def test_a_login_chooses_its_platform():
    kept_tokens.save(URL, "one")
    kept_tokens.save("https://vaas.example.com", "two", choose=True)
    assert kept_tokens.chosen() == "https://vaas.example.com"


def test_a_forgotten_platform_is_neither_known_nor_chosen():
    kept_tokens.save(URL, "one")
    assert kept_tokens.forget(URL)
    assert (kept_tokens.load(URL), kept_tokens.chosen()) == (None, None)
    assert not kept_tokens.forget(URL)


def test_forgetting_one_platform_leaves_the_others():
    kept_tokens.save(URL, "one")
    kept_tokens.save("https://vaas.example.com", "two", choose=True)
    kept_tokens.forget(URL)
    assert kept_tokens.chosen() == "https://vaas.example.com"
    assert kept_tokens.load("https://vaas.example.com") == "two"


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"tokens": []}', '{"chosen": 1, "tokens": {}}',
                                  '{"chosen": "", "tokens": {"a": 1}}', "\x00", "[" * 100_000])  # fmt: skip
def test_a_damaged_file_is_an_error_that_names_it_and_is_left_as_it_is(text):
    kept_tokens.path().parent.mkdir(parents=True)
    kept_tokens.path().write_text(text)
    for attempt in (lambda: kept_tokens.load(URL), lambda: kept_tokens.save(URL, "x")):
        with pytest.raises(kept_tokens.CredentialsDamaged, match=r"credentials\.json.*vaas login"):
            attempt()
    assert kept_tokens.path().read_text() == text


def test_bytes_that_are_no_text_are_an_error_too():
    kept_tokens.path().parent.mkdir(parents=True)
    kept_tokens.path().write_bytes(b"\xff\xfe{")
    with pytest.raises(kept_tokens.CredentialsDamaged):
        kept_tokens.load(URL)


def test_a_file_in_the_place_of_the_folder_is_an_error_that_names_it(home):
    home.mkdir()
    (home / "config").write_text("")
    with pytest.raises(kept_tokens.CredentialsUnwritable, match="XDG_CONFIG_HOME"):
        kept_tokens.save(URL, "x")


def test_a_write_that_fails_leaves_what_was_there_and_no_draft(monkeypatch):
    kept_tokens.save(URL, "old")

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(kept_tokens.CredentialsUnwritable, match="No space left"):
        kept_tokens.save(URL, "new")
    assert kept_tokens.load(URL) == "old"
    assert os.listdir(kept_tokens.path().parent) == ["credentials.json"]


def test_a_link_at_the_place_of_the_draft_is_not_followed(tmp_path):
    kept_tokens.path().parent.mkdir(parents=True)
    target = tmp_path / "target"
    target.write_text("mine")
    kept_tokens.path().with_name(f"credentials.json.{os.getpid()}").symlink_to(target)
    kept_tokens.save(URL, "secret")
    assert target.read_text() == "mine"


def test_many_who_save_at_once_lose_nothing():
    urls = [f"http://127.0.0.1:{9000 + number}" for number in range(16)]
    threads = [threading.Thread(target=kept_tokens.save, args=(url, url)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {url: kept_tokens.load(url) for url in urls} == {url: url for url in urls}
    assert json.loads(kept_tokens.path().read_text())["chosen"] in urls


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(url=st.text(min_size=1).map(lambda text: f"https://{text}"), token=st.text())
def test_any_text_survives(url, token):
    kept_tokens.save(url, token)
    assert kept_tokens.load(url) == token
