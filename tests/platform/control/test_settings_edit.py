"""Changing settings: dotted keys, each checked, each told by its name."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vaas.core.errors import InvalidInput
from vaas.core.policy import LIMIT_KEYS, Permissions
from vaas.platform.control.settings_edit import (
    HIDDEN,
    SettingInvalid,
    SettingNotSet,
    SettingUnknown,
    edited,
    masked,
    revised,
)
from vaas.platform.records.records import Grants, Settings

AT = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE = Settings(app="shop", revision=3, author="ann", at=AT, env={"MODE": "dark"}, limits={"timeout": 5.0})

names = st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True).filter(lambda name: not name.startswith("VAAS_"))
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def test_keys_are_set_and_removed():
    after = edited(BEFORE, {"env.NEW": "1", "env.MODE": None, "limits.memory": "64MB", "limits.workers": 8})
    assert after.env == {"NEW": "1"}
    assert after.limits == {"timeout": 5.0, "memory": 64 * 1024 * 1024, "workers": 8}


def test_a_count_may_come_as_text_as_a_command_line_sends_it():
    assert edited(BEFORE, {"limits.workers": "8"}).limits["workers"] == 8


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("limits.timeout", "5 parsecs", "`limits.timeout`: '5 parsecs' is not a time"),
        (
            "limits.timeout",
            "5",
            "`limits.timeout`: '5' is not a time; write a number and its unit: 500ms, 30s, 2m, 1h.",
        ),
        ("limits.memory", "1KB", "`limits.memory`: 1KB is out of range; write something from 16MB to 1TB."),
        (
            "limits.timeout",
            5,
            '`limits.timeout`: expected a time with its unit, not a number (5); write "30s", in quotes.',
        ),
        ("limits.timeout", float("nan"), "`limits.timeout`: expected a time with its unit"),
        ("limits.memory", 64, "`limits.memory`: expected a size with its unit"),
        ("limits.workers", 0, "`limits.workers`: 0 is out of range"),
        ("limits.workers", "many", "`limits.workers`: expected a whole number"),
        ("limits.workers", [], "`limits.workers`: expected a whole number"),
        ("env.1ST", "x", "`env.1ST`: a name has letters"),
        ("env.", "x", "`env.`: a name has letters"),
        ("env.A=B", "x", "`env.A=B`: a name has letters"),
        ("env.VAAS_APP", "x", "`env.VAAS_APP`: names that begin with VAAS_"),
        ("env.MODE", 5, "`env.MODE`: its value must be a text"),
        ("env.MODE", "a\0b", "`env.MODE`: its value must not contain a NUL"),
        ("env.MODE", "x" * 70_000, "`env`: names and values together are larger than 64KB"),
    ],
)
def test_a_value_that_does_not_fit_is_told_by_its_key(key: str, value: object, says: str):
    with pytest.raises(SettingInvalid) as caught:
        edited(BEFORE, {key: value})
    assert str(caught.value).startswith(says)


def test_an_unknown_key_is_told_with_the_nearest_right_one():
    with pytest.raises(SettingUnknown, match=r"no setting `limits.timout` \(did you mean `limits\.timeout`\?\)"):
        edited(BEFORE, {"limits.timout": "5s"})


def test_removing_what_is_not_set_is_told_with_what_is():
    with pytest.raises(SettingNotSet, match=r"`env.MOOD` is not set.*Set are: env\.MODE\."):
        edited(BEFORE, {"env.MOOD": None})


def test_a_change_is_the_next_revision_with_its_author_and_its_words():
    after = revised(BEFORE, edited(BEFORE, {"env.MODE": "light mode", "limits.timeout": None}), "bob", AT)
    assert (after.revision, after.author) == (4, "bob")
    assert after.change == "'env.MODE=light mode' -limits.timeout"


@pytest.mark.parametrize(
    ("key", "given", "recorded"),
    [
        *(("timeout", "5s", "5s"), ("timeout", "1500ms", "1.5s"), ("timeout", "0.25s", "250ms"), ("idle", "2m", "2m")),
        *(("disk", "2GB", "2GB"), ("memory", "262144KB", "256MB"), ("body", "1000B", "1000B"), ("body", "0B", "0B")),
        *(("workers", 8, "8"), ("lines", "1000000", "1000000"), ("start", "1.1h", "66m")),
    ],
)
def test_a_limit_is_recorded_as_set_takes_it(key: str, given: object, recorded: str):
    blank = replace(BEFORE, limits={})
    after = edited(blank, {f"limits.{key}": given})
    assert revised(blank, after, "bob", AT).change == f"limits.{key}={recorded}"


limit_changes = st.sampled_from(list(LIMIT_KEYS.values())).flatmap(
    lambda key: st.tuples(st.just(key.name), st.integers(math.ceil(key.least), int(key.most)).map(key.text))
)


@given(st.lists(limit_changes, min_size=1, max_size=5).map(dict))
def test_what_was_recorded_can_be_set_again(limits: dict[str, str]):
    blank = replace(BEFORE, limits={})
    after = edited(blank, {f"limits.{name}": text for name, text in limits.items()})
    words = dict(word.split("=") for word in revised(blank, after, "bob", AT).change.split())
    assert edited(blank, words) == edited(after, {})


def test_a_value_out_of_bounds_is_told_with_the_bounds_as_set_takes_them():
    for key in LIMIT_KEYS.values():
        with pytest.raises(SettingInvalid) as caught:
            edited(BEFORE, {f"limits.{key.name}": key.text(key.most * 2)})
        said = str(caught.value).replace('"', "")
        assert said.startswith(f"`limits.{key.name}`: {key.text(key.most * 2)} is out of range")
        assert f"from {key.text(key.least)} to {key.text(key.most)}" in said


def test_a_change_of_grants_is_told_line_by_line():
    granted = Grants(code="trusted", permissions=Permissions(net=("a.example:443",)))
    assert revised(BEFORE, replace(BEFORE, grants=granted), "bob", AT).change == "+code=trusted +net=a.example:443"


def test_a_change_that_changes_nothing_is_no_revision():
    assert revised(BEFORE, edited(BEFORE, {"env.MODE": "dark"}), "bob", AT) is BEFORE


@given(st.dictionaries(names, values, min_size=1, max_size=4))
def test_hidden_values_are_nowhere_to_be_seen_and_the_rest_is(env: dict[str, str]):
    marked = {name: f"secret<{value}>" for name, value in env.items()}
    after = revised(BEFORE, edited(BEFORE, {f"env.{name}": value for name, value in marked.items()}), "bob", AT)
    hidden = masked(after)
    assert "secret<" not in repr(hidden)
    assert set(hidden.env.values()) == {HIDDEN}
    assert all(f"env.{name}={HIDDEN}" in hidden.change for name in env)
    assert hidden.limits == after.limits


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
)
keys = st.text() | names.map(lambda name: f"env.{name}") | st.sampled_from(list(LIMIT_KEYS)).map("limits.{}".format)


@given(st.dictionaries(keys, anything, max_size=3))
def test_whatever_is_asked_for_is_done_or_refused_in_words(changes: dict[str, object]):
    after = BEFORE
    with suppress(InvalidInput):
        after = edited(BEFORE, changes)
    assert all(isinstance(value, str) for value in after.env.values())
    assert all(isinstance(value, float) for value in after.limits.values())
