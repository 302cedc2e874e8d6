"""How limits are spoken of: as the manifest and `vaas settings set` take them."""

from __future__ import annotations

import pytest

from vaas.core.limits.words import limit_text, limit_words, taken

MB = 1024 * 1024


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        *(("timeout", 5.0, "5s"), ("timeout", 0.25, "250ms"), ("idle", 120.0, "2m"), ("drain", 0.0, "0s")),
        *(("memory", 268435456.0, "256MB"), ("disk", 2.0**31, "2GB"), ("body", 1000.0, "1000B"), ("body", 0, "0B")),
        *(("workers", 4.0, "4"), ("lines", 1_000_000.0, "1000000")),
    ],
)
def test_a_limit_is_written_as_the_manifest_takes_it(name, value, text):
    assert limit_text(name, value) == text


def test_a_limit_that_only_a_newer_vaas_knows_is_a_number():
    assert limit_text("from_tomorrow", 2.0**31) == "2147483648"


def test_a_limit_is_spoken_of_with_its_key():
    assert limit_words("timeout", 1.5) == "limits.timeout = 1.5s"


@pytest.mark.parametrize(
    ("figure", "name", "limit", "words"),
    [
        (250 * MB + 12_345, "memory", 256 * MB, "250.0MB of limits.memory = 256MB"),
        (21, "threads", 20, "21 of limits.threads = 20"),
        (1.2345, "timeout", 1.0, "1.23s of limits.timeout = 1s"),
    ],
)
def test_what_was_measured_is_rounded_and_the_limit_is_not(figure, name, limit, words):
    assert taken(figure, name, limit) == words
