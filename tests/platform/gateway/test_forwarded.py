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


# --- RFC 7239


def read_elements(*lines: str, trusted: TrustedProxies = LOOPBACK) -> Told:
    return told([(b"forwarded", line.encode()) for line in lines], trusted)


@pytest.mark.parametrize(
    ("line", "client", "scheme", "host"),
    [
        ("for=203.0.113.9;proto=https;host=shop.org;by=127.0.0.1", ("203.0.113.9", 0), "https", b"shop.org"),
        ('For="203.0.113.9:4711" ; Proto="HTTPS"', ("203.0.113.9", 4711), "https", None),
        ("for=203.0.113.9:4711", ("203.0.113.9", 4711), None, None),
        ('for="[2001:db8::1]:80"', ("2001:db8::1", 80), None, None),
        ('for="[2001:db8::1]"', ("2001:db8::1", 0), None, None),
        ('for="203\\.0.113.9"', ("203.0.113.9", 0), None, None),
        ("proto=wss", None, "https", None),
        ("host=shop.org", None, None, b"shop.org"),
        ('host="a b"', None, None, None),
        ("for=6.6.6.6;proto=gopher;host=evil.org, for=203.0.113.9", ("203.0.113.9", 0), None, None),
        (
            "for=6.6.6.6;host=evil.org, for=203.0.113.9;proto=https, for=127.0.0.1;proto=http;host=shop.org",
            ("203.0.113.9", 0), "https", b"shop.org",
        ),
        ("for=203.0.113.9;host=shop.org, for=127.0.0.1;host=inner", ("203.0.113.9", 0), None, b"shop.org"),
        ("for=6.6.6.6, for=unknown", None, None, None),
        ("for=6.6.6.6;proto=https, for=_hidden", None, None, None),
        ('for=203.0.113.9;ext="a, b; c=d";proto=https', ("203.0.113.9", 0), "https", None),
        (",for=203.0.113.9;;,", ("203.0.113.9", 0), None, None),
        ('for=203.0.113.9;ext="open', None, None, None),
        ("nonsense", None, None, None),
        ("", None, None, None),
    ],
)  # fmt: skip
def test_the_elements_of_forwarded_are_each_its_own_hop_s(line: str, client: object, scheme: object, host: object):
    found = read_elements(line)
    assert (found.client, found.scheme, found.host, found.prefix) == (client, scheme, host, "")


def test_forwarded_may_stand_in_several_lines():
    found = read_elements("for=203.0.113.9;proto=https", "for=127.0.0.1")
    assert (found.client, found.scheme) == (("203.0.113.9", 0), "https")


@pytest.mark.parametrize("name", [b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-prefix"])
def test_where_a_proxy_writes_the_other_headers_forwarded_counts_for_nothing(name: bytes):
    found = told([(b"forwarded", b"for=6.6.6.6;proto=https;host=evil.org"), (name, b"-")], LOOPBACK)
    assert (found.client, found.scheme) == (None, None)
    assert found.host != b"evil.org"


@given(st.lists(st.binary(max_size=60) | st.from_regex(r'(for=[\w."]+[;, ]*){1,4}', fullmatch=True).map(str.encode)))
def test_any_bytes_in_forwarded_are_understood_or_ignored(lines: list[bytes]):
    assert told([(b"forwarded", line) for line in lines], LOOPBACK).scheme in ("http", "https", None)


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


def seen(way: bytes, trusted: str, said: bytes = SAID) -> HttpHead:
    """What the app is told of a request."""

    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(way % said)
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
def test_forwarded_from_a_trusted_proxy_counts_on_every_way_and_from_no_other(way: bytes):
    said = b"forwarded: for=203.0.113.9;proto=https;host=shop.org\r\n"
    head = seen(way, "127.0.0.1", said)
    assert head.scheme == ("wss" if way is WEBSOCKET else "https")
    assert (head.client, dict(head.headers)[b"host"]) == (("203.0.113.9", 0), b"shop.org")
    head = seen(way, "10.0.0.0/8", said)
    assert head.scheme == ("ws" if way is WEBSOCKET else "http")
    assert (b"host", b"x") in head.headers
    assert b"forwarded" not in dict(head.headers)


@WAYS
def test_a_client_cannot_have_a_proxy_s_word_dropped_as_about_its_connection(way: bytes):
    names = b", ".join([b"x-forwarded-for", b"X-Forwarded-Proto", b"host", b"upgrade"])
    asked = way.replace(b"connection: upgrade\r\n", b"")
    head = seen(asked, "127.0.0.1", SAID + b"connection: %b\r\n" % names)
    assert (head.client, head.scheme[-1]) == (("203.0.113.9", 0), "s")


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
