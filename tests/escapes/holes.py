"""Attacks that escape today, by way and name, with what the hole is. Each is an expected failure, strictly: whoever
mends one takes it out of here."""

from __future__ import annotations

HOLES: dict[tuple[str, str], str] = {
    (
        "restricted",
        "550_group_that_splits_itself",
    ): "except* believes what split() of the app's group returns: the memory of the process",
    ("restricted", "551_group_with_a_split_of_its_own"): "as 550, by an attribute of a plain group",
    (
        "restricted",
        "552_group_that_derives_another",
    ): "as 550, by the rest of a group: give except* a fresh built-in group",
    (
        "restricted",
        "555_alias_forwards_private_names",
    ): "a class below one with __getattr__ or __getattribute__ of its own is not wholly the app's",
    ("restricted", "556_alias_of_typing_forwards_private_names"): "as 555",
    ("restricted", "557_super_of_its_own"): "as 555",
    ("restricted", "558_alias_evaluates_a_reference"): "as 555",
    ("restricted", "560_alias_sets_on_a_class"): "as 555, for setting",
    (
        "restricted",
        "561_dispatcher_behind_singledispatch",
    ): "modules of vaas count as open: a subclass reads self._real",
    (
        "restricted",
        "562_cached_property_of_anything",
    ): "cached_property.__get__ of a subclass reads the __dict__ of anything",
    (
        "restricted",
        "563_cached_property_writes",
    ): "cached_property.__get__ of a subclass writes to the __dict__ of anything",
    (
        "restricted",
        "564_constant_begins_again",
    ): "special methods inherited from a library are given any object as self",
    ("restricted", "565_class_of_a_library_begins"): "as 564",
    (
        "restricted",
        "566_reducer_that_no_class_has",
    ): "has_own_reducer looks into classes alone: __getattribute__ reduces too",
    ("restricted", "567_copy_hands_over_originals"): "deepcopy() takes a memo of the app's, and keeps originals in it",
    ("restricted", "568_memo_shows_originals"): "deepcopy() hands its memo, with originals, to __deepcopy__",
    ("restricted", "569_reference_of_another_module"): "ForwardRef(module=) decides where its text is evaluated",
    ("restricted", "570_loop_by_a_guessed_hash"): "current_task(loop) compares its argument with the loop",
    ("restricted", "576_members_compared"): "a mappingproxy hands the dict within to __eq__: show one of a copy",
    ("restricted", "579_field_that_names_itself"): "dataclass() takes subclasses of Field, and compiles their names",
    ("restricted", "580_key_of_a_typed_dict"): "dataclass() compiles names of annotations that are no identifiers",
    (
        "restricted",
        "581_annotation_with_a_star",
    ): "text that does not parse counts as harmless, but ForwardRef parses more",
    ("restricted", "582_annotation_too_deep_to_check"): "RecursionError while checking counts as harmless",
    ("restricted", "583_class_of_a_class"): "Counter.copy(x) is x.__class__(x): the real type",
    ("restricted", "584_class_made_by_a_map"): "ChainMap.new_child(cls, name) is type(name, *cls.maps)",
    (
        "restricted",
        "585_method_sets_on_a_class",
    ): "a library's method, got from its class, sets attributes on any object",
    ("restricted", "586_defaults_in_a_docstring"): "inspect reads defaults by dotted names from a class's docstring",
    ("restricted", "587_class_of_a_getter"): "type() of what a library shows is the real operator.attrgetter",
    ("restricted", "588_class_of_a_cached_property"): "type(vaas.Request.headers) is the real cached_property; as 563",
    ("restricted", "450_names_of_groups"): "a mappingproxy hands its dict to what it is compared with: groupindex",
    ("restricted", "451_metadata_of_all_fields"): "a mappingproxy hands its dict to what it is compared with: metadata",
}
