"""What is shown of foreign text does nothing but be seen."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.printable import json_line, one_line, set_in

TEXTS = st.text(st.characters(exclude_categories=()))
"""Lone surrogates, too."""

ACTIVE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def does_something(text: str) -> bool:
    return any(unicodedata.category(sign) in ACTIVE for sign in text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("\x7f\x85\x9b2J", "\\x7f\\x85\\x9b2J"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\u202egnp.exe\u2066\u200f\u061c", "\\u202egnp.exe\\u2066\\u200f\\u061c"),
        ("pay\u200bpal\u200d\u2060\ufeff\u00ad", "pay\\u200bpal\\u200d\\u2060\\ufeff\\xad"),
        ("a\ud800b", "a\\ud800b"),
        ("\U000e0041\u3164", "\\U000e0041\\u3164"),
    ],
)
def test_what_moves_turns_or_hides_is_spelled_out(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize("text", ["", "plain", "Zoë · 价格 · שלום · नमस्ते", "✔\ufe0f 🎉", "1\xa0000\u202f€", "\\n"])
def test_letters_of_every_alphabet_stay(text: str) -> None:
    assert one_line(text) == text


@given(TEXTS)
def test_nothing_that_is_shown_does_anything(text: str) -> None:
    shown = one_line(text)
    assert not does_something(shown)
    assert one_line(shown) == shown
    assert len(f"{shown}.".splitlines()) == 1


@given(TEXTS)
def test_each_line_of_a_long_text_is_set_in_and_does_nothing(text: str) -> None:
    for line in set_in(text, "    "):
        assert line.startswith("    ")
        assert not does_something(line)


def test_a_text_of_several_lines_keeps_them_and_loses_its_colours() -> None:
    assert set_in("\x1b[1;31ma\x1b[0m\r\n\tb\x1b[2J\n\n", "| ") == ["| a", "|         b\\x1b[2J"]


@given(st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
def test_json_means_the_same_and_does_nothing(value: object) -> None:
    document = json_line(json.dumps(value, ensure_ascii=False))
    assert json.loads(document) == json.loads(json.dumps(value))
    assert not does_something(document)
