"""What is accepted as a credential is stripped, in every spelling; what is another's stays as it is."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from random import Random
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from vaas.core.errors import NotAuthenticated
from vaas.platform.auth.credential import (
    NAMES,
    REDACTED,
    Credential,
    authorization_of,
    bearer,
    parse,
    token_in,
    visible,
    without_tokens,
)
from vaas.platform.auth.tokens import authenticate, mint
from vaas.platform.records import keys
from vaas.platform.records.documents import put
from vaas.platform.store.memory import MemoryStore

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
SECRET = "Zq7-_AbC" + "x" * 30 + "Y9_-q"
TOKEN = f"vaas_0123456789ab_{SECRET}"
JWT = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk0"

tokens = st.builds(
    Credential,
    st.binary(min_size=6, max_size=6).map(bytes.hex),
    st.binary(min_size=32, max_size=32).map(lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")),
)
space = st.text(st.characters(max_codepoint=255).filter(str.isspace), max_size=4)
schemes = st.lists(st.booleans(), min_size=6, max_size=6).map(
    lambda upper: "".join(c.upper() if u else c for c, u in zip("bearer", upper, strict=True))
)
spellings = st.builds("{}{} {}{}{}".format, st.sampled_from(["", "", " "]), schemes, space, tokens.map(str), space)


def accepted(authorization: str) -> bool:
    text = bearer(authorization)
    return text is not None and parse(text) is not None


@given(st.sampled_from(["", " ", "\t"]), schemes, st.sampled_from([" ", "\t", "\xa0", ""]), space, space)
def test_whatever_opens_the_api_is_not_seen_by_an_app(before: str, scheme: str, gap: str, left: str, right: str):
    async def opens(authorization: str, store: MemoryStore) -> bool:
        with suppress(NotAuthenticated):
            return bool(await authenticate(store, authorization))
        return False

    async def scene() -> None:
        store = MemoryStore()
        record, text = mint("ann", "admin", [], by="ann")
        await store.commit([put(keys.token(record.id), record)])
        for authorization in (f"{before}{scheme}{gap}{left}{text}{right}", f"{scheme} {left}{text}{right}"):
            seen = visible(b"authorization", authorization.encode("latin-1"))
            assert seen is None or not await opens(authorization, store)
        assert await opens(f"{scheme} {text}", store)

    asyncio.run(scene())


@given(spellings)
@example(f"bearer {TOKEN}")
@example(f"BEARER \t{TOKEN}\xa0")
def test_whatever_is_accepted_as_an_authorization_is_not_seen_at_all(authorization: str):
    assume(accepted(authorization))
    assert visible(b"authorization", authorization.encode("latin-1")) is None


@given(st.text(st.characters(max_codepoint=255), max_size=30), tokens, st.text(st.characters(max_codepoint=255)))
def test_whatever_stands_before_and_after_a_token_it_is_accepted_only_if_it_is_not_seen(before, token, after):
    for value in (f"{before}{token}{after}", f"bearer {before}{token}{after}"):
        assert visible(b"authorization", value.encode("latin-1")) is None or not accepted(value)


@given(tokens, st.binary(max_size=20), st.binary(max_size=20))
def test_of_a_token_in_any_other_header_no_more_is_seen_than_that_there_was_one(token, before, after):
    seen = visible(b"cookie", before + str(token).encode() + after)
    assert seen is not None
    assert token.secret.encode() not in seen
    assert REDACTED in seen


@given(st.text(ALPHABET, max_size=50), tokens)
@example("vaas_000000000000_" + "x" * 25, Credential("0123456789ab", SECRET))
def test_a_token_is_not_hidden_by_another_that_it_overlaps(before: str, token: Credential):
    assume(token.secret not in before)
    for seen in (visible(b"x-any", f"{before}{token}".encode()), without_tokens(f"/?q={before}{token}".encode())):
        assert seen is not None
        assert token.secret.encode() not in seen


@given(tokens, st.randoms(use_true_random=False))
def test_a_token_in_a_url_is_found_however_it_is_percent_encoded(token: Credential, random: Random):
    spelled = "".join(random.choice([c, f"%{ord(c):02x}", f"%{ord(c):02X}"]) for c in str(token))
    for before, after in (("/app/?token=", "&x=1"), ("/app/?access_token=", ""), ("/app/", "/x")):
        url = without_tokens(f"{before}{spelled}{after}".encode())
        assert url == before.encode() + REDACTED + after.encode()
        assert token.secret.encode() not in unquote_to_bytes(url)


def test_what_stands_on_both_sides_of_a_token_is_not_joined():
    assert without_tokens(f"/ad{TOKEN}/min".encode()) == b"/advaas_redacted/min"


@pytest.mark.parametrize("text", [f"ann:{TOKEN}", f"{TOKEN}:", f"{TOKEN}:x-oauth-basic"])
@pytest.mark.parametrize("name", [b"authorization", b"proxy-authorization"])
@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_a_token_as_user_or_password_of_basic_is_not_seen(name: bytes, scheme: str, text: str):
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(text.encode()).decode()
        bare = encoded.rstrip("=")
        for spelled in (encoded, bare, f" {encoded} ", f"{bare[:9]}!{encoded[9:]}", f"{bare[:9]}.\v{bare[9:]}"):
            assert visible(name, f"{scheme} {spelled}".encode()) is None


@pytest.mark.parametrize(
    "value",
    [
        f"Bearer {TOKEN}",
        f"bearer {TOKEN}",
        f"Bearer\t{TOKEN}",
        f"  Bearer   {TOKEN}  ",
        TOKEN,
        f"Token {TOKEN}",
        f"Bearer abc, Bearer {TOKEN}",
        f"Bearer {TOKEN}, Bearer abc",
        'Digest username="' + TOKEN + '"',
        "Bearer vaas_mistyped",
        "BEARER vaas_",
    ],
)
def test_an_authorization_that_is_for_the_platform_is_not_seen_even_if_it_would_not_be_accepted(value: str):
    assert visible(b"authorization", value.encode()) is None


@pytest.mark.parametrize("value", ["", "x", TOKEN, f" {TOKEN}"])
def test_the_header_for_a_token_alone_is_never_seen(value: str):
    assert visible(b"x-vaas-token", value.encode()) is None


@pytest.mark.parametrize(
    "value",
    [
        JWT,
        JWT.lower(),
        "Bearer ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "Bearer xvaas_0123",
        "Bearer VAAS_0123456789ab",
        "Basic YW5uOnNlY3JldA==",
        "Basic not base64 at all",
        "Basic",
        "Basic a",
        "Basic abcde",
        "Digest username=\"ann\", realm='x'",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request",
        "",
    ],
)
@pytest.mark.parametrize("name", [b"authorization", b"proxy-authorization", b"cookie", b"x-any"])
def test_what_is_for_the_app_stays_byte_for_byte(name: bytes, value: str):
    raw = value.encode()
    assert visible(name, raw) is raw


@given(st.sampled_from([*sorted(NAMES - {b"x-vaas-token"}), b"cookie", b"x-any"]), st.binary())
def test_bytes_without_a_token_stay_as_they_are(name: bytes, value: bytes):
    assume(b"vaas_" not in value)
    assume(not value.strip().lower().startswith(b"basic"))
    assert visible(name, value) is value
    assert without_tokens(b"/?" + value) == b"/?" + value or b"%" in value


@given(st.sampled_from(sorted(NAMES - {b"x-vaas-token"})), st.binary())
def test_any_text_of_basic_without_a_token_stays_as_it_is(name: bytes, text: bytes):
    value = b"Basic " + text
    assume(b"vaas_" not in value)
    assert visible(name, value) is value


@given(tokens)
def test_a_token_reads_back_as_what_it_was_made_of(token: Credential):
    assert parse(str(token)) == token


@given(st.text())
def test_any_text_is_a_token_or_none(text: str):
    credential = parse(text)
    assert credential is None or str(credential) == text


def test_two_authorizations_are_none():
    one, two = (b"Authorization", b"Bearer a"), (b"authorization", b"Bearer b")
    assert authorization_of([one]) == "Bearer a"
    assert authorization_of([one, two]) is None
    assert authorization_of([]) is None
    assert token_in([one, two]) == ""


def test_the_header_for_a_token_alone_goes_before_an_authorization():
    mine, bearers = (b"x-vaas-token", b"mine"), (b"authorization", b"bearer other")
    assert token_in([bearers, mine]) == "mine"
    assert token_in([bearers]) == "other"
    assert token_in([(b"authorization", b"Basic abc")]) == ""
