"""The page of the manifest: every key, default and bound is the code's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scripts.limits_table import written
from tests.docs.pages import PAGES, ROOT, blocks, prose, table
from vaas.core.policy import LIMIT_KEYS, USUAL_WORKERS, Limits, Permissions
from vaas.core.units import BYTES, SECONDS, parse_seconds, parse_size
from vaas.platform.manifest.reader import read_manifest
from vaas.platform.manifest.values import HTTP, LIMITS, PERMISSIONS, TOP, Wrong
from vaas.platform.records.records import Http

PAGE = ROOT / "docs/manifest.md"
KEYS: dict[str, Any] = {"Top": TOP, "`[http]`": HTTP, "`[permissions]`": PERMISSIONS, "`[limits]`": LIMITS}


def value(text: str) -> Any:
    """A value as TOML writes it; JSON writes all that stand here alike."""
    return msgspec.json.decode(text.encode())


@pytest.mark.parametrize("heading", KEYS)
def test_it_has_every_key_in_order(heading: str):
    assert [row[0] for row in table(PAGE, heading)] == list(KEYS[heading])


@pytest.mark.parametrize(
    ("heading", "kind"), [("`[http]`", Http), ("`[permissions]`", Permissions), ("`[limits]`", Limits)]
)
def test_its_defaults_are_the_policy_s(heading: str, kind: type[Any]):
    for key, default, *_ in table(PAGE, heading):
        if kind is Limits and LIMIT_KEYS[key].usual:
            assert value(default.partition("`")[0]) == USUAL_WORKERS, key
            continue
        assert KEYS[heading][key](value(default)) == getattr(kind(), key), key


def test_its_other_defaults_are_those_of_an_empty_manifest():
    found = read_manifest({"vaas.toml": b""}, name="shop")
    shown = {row[0]: value(row[1]) for row in table(PAGE, "Top") if row[0] != "name"}
    assert shown == {
        "version": found.manifest.version,
        "entry": found.manifest.entry,
        "interface": found.manifest.interface,
        "code": found.manifest.policy.code,
        "include": [*found.include],
        "exclude": [*found.exclude],
    }


def test_its_table_of_limits_is_written_from_the_code():
    assert PAGE.read_text() == written(PAGE.read_text()), "run `.venv/bin/python -m scripts.limits_table`"


@pytest.mark.parametrize("row", table(PAGE, "`[limits]`"), ids=lambda row: row[0])
def test_its_bounds_are_what_the_manifest_takes(row: list[str]):
    read, least, most = LIMITS[row[0]], value(row[2]), value(row[3])
    assert read(least) <= read(most)
    with pytest.raises(Wrong, match="out of range"):
        read(beside(most, 1))
    if re.search("[1-9]", row[2]):  # nothing is written that is less than nothing
        with pytest.raises(Wrong, match="out of range"):
            read(beside(least, -1))


def beside(bound: Any, step: int) -> Any:
    """The next value in that direction, as a manifest writes it."""
    if isinstance(bound, int):
        return bound + step
    if bound.endswith("B"):
        return f"{parse_size(bound) + step}B"
    return f"{parse_seconds(bound) * 1000 + step / 2:f}ms"


def test_it_shows_every_unit_but_the_byte_and_the_largest():
    text = prose(PAGE)
    for unit in [*SECONDS, *list(BYTES)[1:-1]]:
        assert re.search(rf'"\d+{unit}"', text), unit


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_manifests_that_are_shown_are_valid(page: Path):
    for block in blocks(page, "toml"):
        read_manifest({"vaas.toml": block.text.encode()}, name="shown")
