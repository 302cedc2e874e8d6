"""An address where no console answers: what is said of it, and which one was meant."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from vaas_cli import wrong_address
from vaas_cli.address import Target
from vaas_cli.client import Client
from vaas_cli.errors import IsTheGateway, NotAPlatform, Refused

from tests.cli.fake_platform import Answer, FakePlatform, problem, running
from vaas.platform.auth import kept_tokens


@pytest.fixture
def gateway() -> Iterator[FakePlatform]:
    """No app answers there."""
    with running(FakePlatform()) as fake:
        for method in ("GET", "POST", "PUT"):
            fake.on(method, "*", problem(404, "No app answers here.", code="app-not-found"))
        yield fake


def ask(platform: FakePlatform, *path: str) -> None:
    with contextlib.closing(Client(Target(platform.url, "token"))) as client:
        client.get(*path)


@pytest.fixture(autouse=True)
def no_other_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of who runs the tests, who may have one at the usual address."""
    monkeypatch.setattr(wrong_address, "DEFAULT", "http://127.0.0.1:1")


def test_the_gateways_address_is_recognized(gateway: FakePlatform) -> None:
    with pytest.raises(IsTheGateway, match=rf"{gateway.url} is the gateway.*Give the console's"):
        ask(gateway, "apps")


def test_the_console_that_has_this_gateway_is_named(gateway: FakePlatform, api: FakePlatform) -> None:
    api.on("GET", "/nodes", [{"gateway": gateway.url.replace("127.0.0.1", "localhost")}])
    kept_tokens.save("http://127.0.0.1:2", "of-another")
    kept_tokens.save(api.url, "secret")
    with pytest.raises(IsTheGateway, match=rf"Its console is {api.url}: `vaas login {api.url}`"):
        ask(gateway, "apps")
    assert [seen.headers["authorization"] for seen in api.seen] == ["Bearer secret"]


def test_a_console_of_another_gateway_is_not_named(gateway: FakePlatform, api: FakePlatform) -> None:
    api.on("GET", "/nodes", [{"gateway": "http://127.0.0.1:3"}])
    kept_tokens.save(api.url, "secret")
    with pytest.raises(IsTheGateway) as caught:
        ask(gateway, "apps")
    assert api.url not in str(caught.value)


def test_a_token_is_sent_to_no_other_machine(gateway: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    really = wrong_address._ask

    def noted(url: str, path: str, token: str = "") -> tuple[int, object]:
        asked.append(url)
        return really(url, path, token)

    monkeypatch.setattr(wrong_address, "_ask", noted)
    kept_tokens.save("https://vaas.example.com", "secret")
    with pytest.raises(IsTheGateway):
        ask(gateway, "apps")
    assert not any("example.com" in url for url in asked)


def test_what_is_neither_is_not_a_platform(gateway: FakePlatform) -> None:
    gateway.on("GET", "*", Answer(raw=b"<h1>It works</h1>"))
    with pytest.raises(NotAPlatform, match="it did not answer with JSON"):
        ask(gateway, "apps")


def test_what_the_console_does_not_know_is_its_own_refusal(api: FakePlatform) -> None:
    api.refuse("GET", "/apps/shop", 404, "There is no app shop.")
    with pytest.raises(Refused, match="There is no app shop"):
        ask(api, "apps", "shop")
