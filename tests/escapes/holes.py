"""Attacks that escape today, by way and name, with what the hole is. Each is an expected failure, strictly: whoever
mends one takes it out of here."""

from __future__ import annotations

HOLES: dict[tuple[str, str], str] = {
    ("restricted", "592_object_of_an_attribute_error"): "AttributeError.obj is what a library looked at",
    (
        "restricted",
        "593_key_that_a_library_missed",
    ): "a library's inner error, shown as __context__, has its key in args; and a class below Raw opens files",
    (
        "restricted",
        "594_cached_property_of_another_name",
    ): "a cached_property reads by its first name from the dict of an own class's instance, a library's names too",
    (
        "restricted",
        "602_initializer_that_was_generated",
    ): "what dataclass() generates counts as the app's own function: self may be anything",
    ("restricted", "603_generated_method_as_a_variable"): "as 602, from vars(cls)",
    ("restricted", "604_comparison_that_was_generated"): "as 602, for reading",
    (
        "restricted",
        "605_initializer_of_a_base",
    ): "super(Class, instance) has the special methods of any library's instance",
    (
        "restricted",
        "606_group_changed_while_it_is_matched",
    ): "the type expression of except* runs between regrouping and matching: split, derive may be set",
    (
        "restricted",
        "608_array_that_shrinks_while_it_is_set",
    ): "array.array writes past its end when a value's __index__ shrinks it: memory of the process, on 3.11 to 3.13",
}
