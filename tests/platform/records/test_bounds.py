"""What is beyond the bounds is refused with them, and what lies in the store beyond them cannot be read."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.policy import Permissions, Policy
from vaas.platform.records import bounds, records
from vaas.platform.records.records import Grants, Manifest, Settings, Traffic, now


def some(count: int, text: str = "a{}") -> tuple[str, ...]:
    return tuple(text.format(number) for number in range(count))


@pytest.mark.parametrize(
    ("permissions", "kind", "says"),
    [
        (Permissions(modules=some(257)), "modules", "257 entries; 256 entries are the most"),
        (Permissions(write=some(20_000)), "write", "20000 entries"),
        (Permissions(packages=some(1001)), "packages", "1000 entries are the most"),
        (Permissions(env=("x" * 1025,)), "env", "longer than 1024 characters"),
        (
            Permissions(net=some(64, "n" * 520 + "{}"), read=some(64, "/" * 520 + "{}")),
            "permissions",
            "32768 characters",
        ),
    ],
)
def test_permissions_beyond_the_bounds_are_told_with_kind_and_bound(permissions: Permissions, kind: str, says: str):
    found = bounds.excess(permissions)
    assert found is not None
    assert found[0] == kind
    assert says in found[1]


def test_permissions_at_the_bounds_are_within_them():
    assert bounds.excess(Permissions(modules=some(256), packages=some(1000), env=("x" * 1024,))) is None


@pytest.mark.parametrize("of", [Manifest(name="shop"), Grants()])
def test_a_record_beyond_the_bounds_is_not_read(of: Manifest | Grants):
    lists = Permissions(modules=some(300))
    document = msgspec.to_builtins(of, str_keys=True)
    where = document["policy"] if isinstance(of, Manifest) else document
    where["permissions"] = msgspec.to_builtins(lists)
    with pytest.raises(msgspec.ValidationError, match="modules: it has 300 entries; 256 entries are the most"):
        records.decode(msgspec.json.encode(document), type(of))


@pytest.mark.parametrize("field", ["version", "entry"])
def test_a_text_beyond_the_bounds_is_not_read(field: str):
    document = {**msgspec.to_builtins(Manifest(name="shop")), field: "x" * 256}
    with pytest.raises(msgspec.ValidationError, match="length <= 255"):
        records.decode(msgspec.json.encode(document), Manifest)


def test_weights_beyond_the_bounds_are_not_read():
    document = {"app": "shop", "mode": "weights", "weights": {str(number): 1 for number in range(1, 102)}}
    with pytest.raises(msgspec.ValidationError, match="length <= 100"):
        records.decode(msgspec.json.encode(document), Traffic)


def test_a_document_beyond_the_bounds_is_neither_stored_nor_read():
    large = Settings(app="shop", revision=1, author="ann", at=now(), env={"A": "x" * bounds.DOCUMENT.most})
    with pytest.raises(msgspec.ValidationError, match="1MB are the most"):
        records.decode(msgspec.json.encode(large), Settings)
    with pytest.raises(records.RecordInvalid, match="1MB are the most"):
        records.encode(large)


@given(st.text(max_size=40), st.integers(8, 30))
def test_a_text_that_is_cut_is_no_longer_than_its_bound(value: str, most: int):
    bound = bounds.Bound(most, "characters", "")
    for cut in (bounds.cut(value, bound), bounds.cut_middle(value, bound)):
        assert len(cut) <= most
        assert cut == value or (len(value) > most and cut[0] == value[0])


def test_what_an_app_is_granted_at_most_fits_into_a_document():
    lists = Permissions(net=some(256, "\U0001f40d" * 120 + "{}"))
    assert bounds.excess(lists) is None
    records.decode(records.encode(Manifest(name="shop", policy=Policy(permissions=lists))), Manifest)
