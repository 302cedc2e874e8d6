"""What a proxy says of its client counts if the proxy is trusted, on every way alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform.gateway.served import Answers, Served, play, until
from vaas.framework.http.wire_heads import HttpHead
from vaas.platform.gateway.forwarded import ProxyInvalid, Told, TrustedProxies, told

LOOPBACK = TrustedProxies()


def read(trusted: TrustedProxies = LOOPBACK, **headers: str) -> Told:
    return told([(b"x-forwarded-" + key.encode(), value.encode()) for key, value in headers.items()], trusted)


# --- who is trusted


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_trusted_unless_an_operator_says_otherwise(host: str):
    assert host in LOOPBACK
    assert host not in TrustedProxies("")


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "fd00::1", "8.8.8.8", "", "unix", "testclient"]
)
def test_no_one_else_is(host: str):
    assert host not in LOOPBACK


def test_addresses_and_networks_may_be_named():
    trusted = TrustedProxies("10.0.0.0/8, 192.0.2.7")
    assert "10.9.9.9" in trusted
    assert "192.0.2.7" in trusted
    assert "192.0.2.8" not in trusted
    assert "127.0.0.1" not in trusted


def test_what_is_no_address_is_said():
    with pytest.raises(ProxyInvalid, match=r"'proxy\.local' is neither an address nor a network"):
        TrustedProxies("127.0.0.1,proxy.local")


# --- what is read


@pytest.mark.parametrize(
    ("line", "client"),
    [
        ("203.0.113.9", ("203.0.113.9", 0)),
        ("203.0.113.9:4711", ("203.0.113.9", 4711)),
        ("2001:db8::1", ("2001:db8::1", 0)),
        ("[2001:db8::1]:80", ("2001:db8::1", 80)),
        ("6.6.6.6, 203.0.113.9", ("203.0.113.9", 0)),
        ("6.6.6.6, 203.0.113.9, 127.0.0.1", ("203.0.113.9", 0)),
        ("127.0.0.2, 127.0.0.1", ("127.0.0.2", 0)),
        ("6.6.6.6, unknown", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_client_is_the_last_address_that_is_no_trusted_proxy(line: str, client: object):
    assert read(**{"for": line}).client == client


@pytest.mark.parametrize(
    ("line", "scheme"),
    [("https", "https"), ("HTTP", "http"), ("wss", "https"), ("gopher", None), ("https, http", "http")],
)
def test_the_scheme_is_http_or_https(line: str, scheme: object):
    assert read(proto=line).scheme == scheme


def test_each_proxy_s_word_is_taken_for_its_own_hop():
    found = read(proto="https, http", host="shop.org, inner", **{"for": "203.0.113.9, 127.0.0.1"})
    assert (found.scheme, found.host) == ("https", b"shop.org")


@pytest.mark.parametrize("host", ["a b", "a/b", "a\\b", "", "[::1", "x@y"])
def test_what_cannot_be_a_host_is_none(host: str):
    assert read(host=host).host is None


@pytest.mark.parametrize(
    ("line", "prefix"), [("/a/b/", "/a/b"), ("/", ""), ("a", ""), ("//evil.org", ""), ("/a b", "")]
)
def test_a_prefix_is_a_path(line: str, prefix: str):
    assert read(prefix=line).prefix == prefix


@given(st.lists(st.tuples(st.sampled_from(["for", "proto", "host", "prefix"]), st.binary(max_size=40))))
def test_any_bytes_are_understood_or_ignored(lines: list[tuple[str, bytes]]):
    found = told([(b"x-forwarded-" + key.encode(), value) for key, value in lines], LOOPBACK)
    assert found.scheme in ("http", "https", None)


# --- both ways

SAID = b"".join(
    b"x-forwarded-%b\r\n" % line
    for line in (b"for: 203.0.113.9", b"proto: https", b"host: shop.org", b"prefix: /front")
)
ORDINARY = b"GET /app/ HTTP/1.1\r\nhost: x\r\n%b\r\n"
GENERAL = b"POST /app/ HTTP/1.1\r\nhost: x\r\n%btransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
WEBSOCKET = (
    b"GET /app/ HTTP/1.1\r\nhost: x\r\n%bconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
WAYS = pytest.mark.parametrize("way", [ORDINARY, GENERAL, WEBSOCKET], ids=["ordinary", "general", "websocket"])


def seen(way: bytes, trusted: str) -> HttpHead:
    """What the app is told of a request."""

    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(way % SAID)
        await until(lambda: pool.asked)

    pool = Answers(b"x")
    play(scene, pool, trusted=TrustedProxies(trusted))
    return pool.heads[0]


@WAYS
def test_a_trusted_proxy_is_believed_on_every_way(way: bytes):
    head = seen(way, "127.0.0.1")
    assert head.scheme == ("wss" if way is WEBSOCKET else "https")
    assert head.client == ("203.0.113.9", 0)
    assert head.root_path == "/front/app"
    assert dict(head.headers)[b"host"] == b"shop.org"


@WAYS
def test_any_other_is_not_and_no_app_sees_what_it_said(way: bytes):
    head = seen(way, "10.0.0.0/8")
    assert head.scheme == ("ws" if way is WEBSOCKET else "http")
    assert head.client is not None
    assert head.client[0] == "127.0.0.1"
    assert head.root_path == "/app"
    assert dict(head.headers)[b"host"] == b"x"
    assert not [name for name, _ in head.headers if name.startswith(b"x-forwarded")]


def test_the_next_request_of_a_connection_begins_anew():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        for request in (ORDINARY % SAID, ORDINARY % b""):
            writer.write(request)
            await reader.readuntil(b"\r\n\r\nx")

    pool = Answers(b"x")
    play(scene, pool)
    assert [head.scheme for head in pool.heads] == ["https", "http"]
