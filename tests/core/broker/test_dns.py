"""Questions and answers of DNS, as bytes."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vaas.core.broker.dns import MOST, NO_SUCH_NAME, BadQuestion, answer, parse

A, AAAA, MX = 1, 28, 15
ADDRESSES = [ip_address("192.0.2.7"), ip_address("2001:db8::7"), ip_address("192.0.2.8")]
labels = some.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=63)


def question(name: str, kind: int = A, number: int = 7, flags: int = 0x0100, count: int = 1) -> bytes:
    parts = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack("!6H", number, flags, count, 0, 0, 0) + parts + b"\0" + struct.pack("!2H", kind, 1)


@given(some.lists(labels, min_size=1, max_size=4), some.sampled_from([A, AAAA]), some.integers(0, 0xFFFF))
def test_a_question_is_read_as_it_was_written(parts: list[str], kind: int, number: int) -> None:
    found = parse(question(".".join(parts), kind, number))
    assert (found.name, found.kind, found.id) == (".".join(parts), kind, number)


def test_a_name_is_compared_in_lower_case() -> None:
    assert parse(question("API.Example")).name == "api.example"


@pytest.mark.parametrize(("kind", "count", "size"), [(A, 2, 4), (AAAA, 1, 16), (MX, 0, 0)])
def test_an_answer_has_the_addresses_of_the_kind_asked_for(kind: int, count: int, size: int) -> None:
    asked = question("api.example", kind)
    message = answer(parse(asked), ADDRESSES)
    assert struct.unpack("!6H", message[:12]) == (7, 0x8180, 1, count, 0, 0)
    assert message[12 : len(asked)] == asked[12:]
    record = 12 + size
    assert len(message) == len(asked) + count * record
    if count:
        last = message[-record:]
        assert struct.unpack("!3H", last[:6]) == (0xC00C, kind, 1)
        assert ip_address(last[-size:]) in ADDRESSES


def test_a_name_that_does_not_exist_is_told_so() -> None:
    assert struct.unpack("!2H", answer(parse(question("a")), error=NO_SUCH_NAME)[2:6])[0] & 0xF == NO_SUCH_NAME


def test_an_answer_is_bounded() -> None:
    many = [ip_address(number) for number in range(2**24, 2**24 + 100)]
    assert struct.unpack_from("!H", answer(parse(question("a")), many), 6) == (MOST,)


@given(some.binary(max_size=80))
def test_whatever_comes_is_a_question_or_refused(message: bytes) -> None:
    try:
        found = parse(message)
    except BadQuestion:
        return
    assert parse(answer(found, ADDRESSES)[:2] + message[2:12] + found.raw) == found


@pytest.mark.parametrize(
    "message",
    [
        *(b"", b"\0" * 11, question("a")[:-1], question("a", count=2), question("a", count=0)),
        *(question("a", flags=0x8000), question("a")[:12] + b"\xc0\x0c\0\x01\0\x01", question("a")[:12] + b"\x40" * 80),
    ],
)
def test_what_is_no_question_is_refused(message: bytes) -> None:
    with pytest.raises(BadQuestion):
        parse(message)
