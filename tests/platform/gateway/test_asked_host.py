"""Which host is asked is beyond doubt, or the request is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vaas.platform.gateway import asked_host
from vaas.platform.gateway.asked_host import CLEAR, KEPT, LONGEST, authority_of, is_clear


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    before = set(CLEAR)
    CLEAR.clear()
    yield
    CLEAR.clear()
    CLEAR.update(before)


@pytest.mark.parametrize(
    ("host", "lines", "version", "clear"),
    [
        (b"a.example.com", 1, "1.1", True),
        (b"a.example.com:8080", 1, "1.1", True),
        (b"[::1]:80", 1, "1.1", True),
        (b"", 0, "1.1", False),
        (b"", 0, "1.0", True),
        (b"a.example.com", 2, "1.1", False),
        (b"a.example.com", 2, "1.0", False),
        (b"a.example.com/x", 1, "1.1", False),
        (b"a b", 1, "1.1", False),
        (b"user@a.example.com", 1, "1.1", False),
    ],
)
def test_one_host_in_its_grammar_is_clear(host: bytes, lines: int, version: str, clear: bool) -> None:
    assert is_clear(host, lines, version) is clear
    assert (host in CLEAR) is (clear and lines == 1)


def test_a_bounded_number_of_hosts_is_remembered() -> None:
    for number in range(2 * KEPT + 1):
        assert is_clear(b"h%d.example.com" % number, 1, "1.1")
        assert len(CLEAR) <= KEPT
    assert b"h%d.example.com" % (2 * KEPT) in CLEAR


def test_a_host_that_no_name_is_as_long_as_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked_host, "is_host", lambda _: True)
    assert is_clear(b"a" * LONGEST, 1, "1.1")
    assert is_clear(b"a" * (LONGEST + 1), 1, "1.1")
    assert {b"a" * LONGEST} == CLEAR


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (b"/a/b?c", None),
        (b"*", None),
        (b"a.example.com:443", None),
        (b"ftp://a/b", None),
        (b"http://a.example.com/b/c?d", (b"a.example.com", b"/b/c?d")),
        (b"HTTPS://a:1/", (b"a:1", b"/")),
        (b"http://a", (b"a", b"/")),
        (b"http://a?b/c", (b"a", b"/?b/c")),
        (b"http://a?b", (b"a", b"/?b")),
        (b"http://a//b", (b"a", b"//b")),
    ],
)
def test_a_target_of_absolute_form_is_parted_and_any_other_left(
    target: bytes, found: tuple[bytes, bytes] | None
) -> None:
    assert authority_of(target) == found
