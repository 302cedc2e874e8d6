from __future__ import annotations

import pytest
from vaas_cli.address import DEFAULT, is_open, normal, target
from vaas_cli.errors import AddressInvalid

from vaas.platform.auth import kept_tokens


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("http://127.0.0.1:9080", "http://127.0.0.1:9080"),
        ("http://127.0.0.1:9080/", "http://127.0.0.1:9080"),
        ("127.0.0.1:9080", "http://127.0.0.1:9080"),
        ("localhost:9080", "http://localhost:9080"),
        ("[::1]:9080", "http://[::1]:9080"),
        ("vaas.example.com", "https://vaas.example.com"),
        ("HTTPS://Vaas.Example.COM", "https://vaas.example.com"),
        ("https://example.com/Vaas/", "https://example.com/Vaas"),
        (" http://127.0.0.1:9080 ", "http://127.0.0.1:9080"),
    ],
)
def test_an_address_has_one_spelling(given, meant):
    assert normal(given) == meant
    assert normal(meant) == meant


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("http://", "names no host"),
        ("http://:9080", "names no host"),
        ("http://a b", "names no host"),
        ("http://host:99999", "out of range"),
        ("http://host:port", "port"),
        ("http://host:0", "0 is no port"),
        ("etcd://host:2379", "etcd"),
        ("http://user:token@host", "token does not belong"),
        ("http://host/?a=b", "query"),
        ("http://host/#x", "query or a fragment"),
        ("http://[::1", "IPv6"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason_and_an_example(given, why):
    with pytest.raises(AddressInvalid, match=why) as caught:
        normal(given)
    assert "http://127.0.0.1:9080" in str(caught.value)


def test_without_anything_said_it_is_the_platform_on_this_machine():
    assert target() == (DEFAULT, None)


def test_the_environment_comes_before_what_a_login_has_kept(monkeypatch):
    kept_tokens.save("https://kept.example.com", "kept", choose=True)
    assert target() == ("https://kept.example.com", "kept")
    monkeypatch.setenv("VAAS_PLATFORM", "https://other.example.com")
    assert target() == ("https://other.example.com", None)
    monkeypatch.setenv("VAAS_TOKEN", "given")
    assert target() == ("https://other.example.com", "given")


def test_a_token_is_found_however_its_platform_is_spelled(monkeypatch):
    kept_tokens.save("http://127.0.0.1:9080", "kept")
    monkeypatch.setenv("VAAS_PLATFORM", "127.0.0.1:9080/")
    assert target().token == "kept"


def test_plain_http_to_another_machine_can_be_read_on_the_way():
    assert is_open("http://vaas.example.com")
    assert not is_open("https://vaas.example.com")
    assert not is_open("http://127.0.0.1:9080")
