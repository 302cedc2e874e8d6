"""Messages of errors are made of docstrings and facts, and no docstring reads attributes."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import cli
import vaas
from vaas.core.errors import InvalidInput, VaasError


class TooFew(InvalidInput):
    """{what!r} has {count} parts of
    {wanted:.1f}."""


def test_a_message_is_the_docstring_with_the_facts() -> None:
    error = TooFew(what="a b", count=2, wanted=3)
    assert str(error) == "'a b' has 2 parts of 3.0."
    assert (error.code, error.facts["count"]) == ("too-few", 2)


def test_a_fact_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="count"):
        TooFew(what="a b")


@pytest.mark.parametrize("field", ["{it.__class__}", "{it[0]}", "{0}{", "{it:{other}}", "{it!s}"])
def test_a_docstring_of_anybody_s_reads_no_attributes_and_no_items(field: str) -> None:
    error = type("Mine", (InvalidInput,), {"__doc__": field})
    with pytest.raises(TypeError, match="no plain name"):
        error(it=[1], other="")


def all_errors() -> Iterator[type[VaasError]]:
    for package in (vaas, cli):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    waiting: list[type[VaasError]] = [VaasError]
    while waiting:
        waiting += (error := waiting.pop()).__subclasses__()
        if error.__module__.startswith(("vaas.", "cli.")):
            yield error


def test_every_error_of_vaas_has_a_message_that_can_be_made() -> None:
    errors = list(all_errors())
    for error in errors:
        names = re.findall(r"\{(\w+)", error.__doc__ or "")
        assert error.__doc__, error
        VaasError.__init__(error.__new__(error), **dict.fromkeys(names, 1))
    assert len(errors) > 50
