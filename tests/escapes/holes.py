"""Attacks that escape today, by way and name, with what the hole is. Each is an expected failure, strictly: whoever
mends one takes it out of here."""

from __future__ import annotations

HOLES: dict[tuple[str, str], str] = {
    (
        "restricted",
        "610_exception_seen_by_a_finalizer",
    ): "sys.exception() in a finalizer that a collection runs is the error that a library is handling",
    ("restricted", "611_cached_property_of_two_names"): "as 594: the same one stands under a second name",
    ("restricted", "612_level_of_a_class"): "as 585: setLevel is not in unbound.TABLE, nor are others",
    ("restricted", "613_setter_of_a_property"): "fget, fset and fdel of a library's property take any object",
}
