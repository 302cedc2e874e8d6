"""The platform's tokens never reach an app, whichever way a request takes, and nothing else is kept from it."""

from __future__ import annotations

import base64
from typing import NamedTuple

import pytest

from tests.platform.gateway.served import Answers, Served, play
from vaas.framework.http.wire_heads import HttpHead

SECRET = "Zq7-_AbC" + "x" * 30 + "Y9_-q"
TOKEN = f"vaas_0123456789ab_{SECRET}"
BASIC = base64.b64encode(f"ann:{TOKEN}".encode()).decode()

ORDINARY = "GET {target} HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n"
STREAMED = (
    "POST {target} HTTP/1.1\r\nhost: x\r\n{headers}transfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n"
)
PICKED = "GET {target} HTTP/1.1\r\nhost: x\r\nx-vaas-release: v1\r\n{headers}connection: close\r\n\r\n"
SOCKET = (
    "GET {target} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n{headers}"
    "sec-websocket-version: 13\r\nsec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n"
)
WAYS = [ORDINARY, STREAMED, SOCKET]
NAMES = ["ordinary", "streamed", "websocket"]


async def everybody_may(token: str, app: str) -> bool:
    return token == TOKEN


class Asked(NamedTuple):
    """A request, and what became of it."""

    way: str
    headers: tuple[str, ...]
    target: str = "/app/"
    split: int = 0
    """Where the bytes are sent in two parts."""

    def __bytes__(self) -> bytes:
        lines = "".join(f"{header}\r\n" for header in self.headers)
        return self.way.format(target=self.target, headers=lines).encode("latin-1")


def asked(*requests: Asked) -> list[HttpHead | bytes]:
    """For each, what the app sees of it, or what the gateway answers if the app does not see it."""
    became: list[HttpHead | bytes] = []

    async def scene(served: Served) -> None:
        for request in requests:
            before = pool.asked
            reader, writer = await served.connect()
            writer.write(bytes(request)[: request.split])
            await writer.drain()
            writer.write(bytes(request)[request.split :])
            answer = await reader.read()
            became.append(pool.heads[-1] if pool.asked > before else answer)
            writer.close()

    pool = Answers(b"x")
    play(scene, pool, may_use=everybody_may)
    return became


def seen(way: str, *headers: str, target: str = "/app/") -> HttpHead | bytes:
    [became] = asked(Asked(way, headers, target))
    return became


def told(head: HttpHead) -> bytes:
    """All that an app can read of a head."""
    parts = [head.method.encode(), head.path.encode("utf-8", "surrogateescape"), head.query, head.root_path.encode()]
    return b"\n".join([*parts, *(name + b": " + value for name, value in head.headers)])


SPELLINGS = [
    f"Authorization: Bearer {TOKEN}",
    f"authorization: bearer {TOKEN}",
    f"AUTHORIZATION: BEARER {TOKEN}",
    f"authorization:bEaReR    {TOKEN}   ",
    f"authorization: \t Bearer \t {TOKEN}\t",
    f"authorization: Bearer\t{TOKEN}",
    f"authorization: Bearer \xa0{TOKEN}\xa0",
    f"authorization: Bearer other, Bearer {TOKEN}",
    f"authorization: Bearer {TOKEN}, Bearer other",
    f"authorization: {TOKEN}",
    f"authorization: Basic {BASIC}",
    f"authorization: basic {BASIC.rstrip('=')}",
    f"proxy-authorization: Bearer {TOKEN}",
    f"Proxy-Authorization: Basic {BASIC}",
    f"x-vaas-token: {TOKEN}",
    f"X-VAAS-Token:{TOKEN}",
    f"cookie: a=b; session={TOKEN}; c=d",
    f"sec-websocket-protocol: bearer, {TOKEN}",
    f"sec-websocket-protocol: {TOKEN}",
    f"referer: http://x/app/?token={TOKEN}",
    f"x-api-key: {TOKEN}",
]


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_a_token_in_a_header_is_not_seen_and_the_request_is(way: str):
    for header, head in zip(SPELLINGS, asked(*(Asked(way, (header, "x-own: 1")) for header in SPELLINGS)), strict=True):
        assert isinstance(head, HttpHead), header
        assert SECRET.encode() not in told(head), header
        assert BASIC[8:40].encode() not in told(head), header
        assert (b"x-own", b"1") in head.headers, header


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_of_several_authorizations_only_the_others_are_seen(way: str):
    others = ["Authorization: Bearer other", "authorization: Digest realm=x"]
    bearers = [f"authorization: Bearer {TOKEN}", others[0], f"AUTHORIZATION: bearer {TOKEN}", others[1]]
    head = seen(way, *bearers)
    assert isinstance(head, HttpHead)
    assert SECRET.encode() not in told(head)
    given = [value for name, value in head.headers if name == b"authorization"]
    assert given == [b"Bearer other", b"Digest realm=x"]


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
@pytest.mark.parametrize("folded", [f"\r\n {TOKEN}", f" {TOKEN[:20]}\r\n\t{TOKEN[20:]}"], ids=["before", "within"])
def test_a_folded_token_is_refused_or_not_seen(way: str, folded: str):
    head = seen(way, f"authorization: Bearer{folded}")
    if isinstance(head, HttpHead):
        assert SECRET.encode() not in told(head)
    else:
        assert head.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
@pytest.mark.parametrize("spelled", [TOKEN, TOKEN.replace("_", "%5F"), "".join(f"%{ord(c):02x}" for c in TOKEN)])
def test_a_token_in_the_url_is_not_seen(way: str, spelled: str):
    targets = ["/app/?token={}", "/app/?a=b&access_token={}&c=d", "/app/x/{}/y", "/app/#{}"]
    for became in asked(*(Asked(way, (), target.format(spelled)) for target in targets)):
        if isinstance(became, HttpHead):
            assert SECRET.encode() not in told(became)
            assert spelled.encode() not in told(became)
        else:
            assert became.startswith(b"HTTP/1.1 400")


def test_a_token_that_comes_in_two_parts_is_not_seen():
    request = Asked(ORDINARY, (f"authorization: bearer {TOKEN}",), f"/app/?t={TOKEN}")
    for head in asked(*(request._replace(split=split) for split in range(1, len(bytes(request)), 7))):
        assert isinstance(head, HttpHead)
        assert SECRET.encode() not in told(head)


@pytest.mark.parametrize("bearer", [f"authorization: bearer {TOKEN}", f"x-vaas-token: {TOKEN}"], ids=["bearer", "own"])
def test_a_token_picks_a_release_in_any_case_and_neither_is_seen(bearer: str):
    head = seen(PICKED, bearer)
    assert isinstance(head, HttpHead)
    assert SECRET.encode() not in told(head)
    assert b"x-vaas-release" not in told(head)


def test_a_websocket_picks_a_release_by_a_token_that_is_not_seen():
    head = seen(SOCKET, "x-vaas-release: 1", f"authorization: bearer {TOKEN}")
    assert isinstance(head, HttpHead)
    assert SECRET.encode() not in told(head)


@pytest.mark.parametrize(
    "header",
    [
        "x-own: 1",
        "authorization: Bearer vaas_0123456789ab_wrong",
        f"cookie: token={TOKEN}",
        f"proxy-authorization: Bearer {TOKEN}",
        f"authorization: Basic {BASIC}",
        f"authorization: Bearer {TOKEN}\r\nauthorization: Bearer {TOKEN}",
    ],
    ids=["none", "wrong", "cookie", "proxy", "basic", "two"],
)
def test_what_is_no_token_where_one_is_accepted_picks_no_release(header: str):
    answer = seen(PICKED, header)
    assert isinstance(answer, bytes)
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"release-not-allowed" in answer


OTHERS = [
    "authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk0",
    "authorization: bearer   two  spaces",
    "authorization: Basic YW5uOnNlY3JldA==",
    "proxy-authorization: Bearer other",
    "cookie: vaas-split=1; vaas_session=" + "0" * 60,
    "x-long: " + "vaas_" * 50,
]


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_what_is_another_s_is_seen_byte_for_byte(way: str):
    query = "vaas_=%41&q=" + "%56aas_" * 20
    for header, head in zip(OTHERS, asked(*(Asked(way, (h,), f"/app/?{query}") for h in OTHERS)), strict=True):
        assert isinstance(head, HttpHead)
        name, _, value = header.partition(": ")
        assert (name.encode(), value.encode()) in head.headers
        assert head.query == query.encode()
