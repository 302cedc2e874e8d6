"""What a bundle's packages are, which an app asks for by listing them, and what a grant of one opens."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.virtual.distributions import (
    Distribution,
    asked_for,
    covered,
    described,
    distributions,
    named,
    normal,
    top_level,
)

names = st.sampled_from(["flask", "werkzeug", "jinja2", "numpy", "pandas", "six"])
known = st.dictionaries(
    names, st.builds(Distribution, modules=st.frozensets(names), requires=st.frozensets(names)), max_size=6
)
requirements = st.lists(names, max_size=4).map("\n".join)

FLASK = {
    "flask-3.1.3.dist-info/METADATA": "Name: Flask\nRequires-Dist: Jinja2>=3.1\n"
    'Requires-Dist: asgiref>=3.2; extra == "async"\nRequires-Dist: importlib_metadata>=3.6; python_version < "3.10"\n'
    "\nRequires-Dist: not-a-header\n",
    "flask-3.1.3.dist-info/top_level.txt": "flask\n",
    "flask/__init__.py": "",
    "jinja2-3.1.dist-info/METADATA": "Name: jinja2\n",
    "jinja2-3.1.dist-info/top_level.txt": "jinja2\n",
    "jinja2/__init__.py": "",
    "asgiref-3.9.dist-info/METADATA": "Name: asgiref\n",
    "asgiref-3.9.dist-info/WHEEL": "",
    "asgiref/sync.py": "",
    "own.py": "",
}


def test_a_distribution_is_known_by_its_metadata_and_a_module_without_one_by_its_own_name() -> None:
    assert distributions(FLASK, FLASK.__getitem__) == {
        "flask": Distribution(frozenset({"flask"}), frozenset({"jinja2", "importlib-metadata"})),
        "jinja2": Distribution(frozenset({"jinja2"})),
        "asgiref": Distribution(frozenset({"asgiref"})),
        "own": Distribution(frozenset({"own"})),
    }


def test_what_is_asked_for_is_what_is_listed_and_what_no_other_package_brings() -> None:
    found = distributions(FLASK, FLASK.__getitem__)
    assert asked_for(found, "flask[async]>=3\n") == ("asgiref", "flask", "own")
    assert asked_for(found, "Flask\n# a remark\nJinja2==3.1\n-r more.txt\ncolorama\n") == (
        "asgiref",
        "flask",
        "jinja2",
        "own",
    )


def test_a_grant_opens_a_package_and_what_it_requires_and_nothing_of_its_extras() -> None:
    found = distributions(FLASK, FLASK.__getitem__)
    assert covered(["flask", "unknown"], found) == {"flask", "jinja2"}
    assert covered(["*"], found) == set(found)
    assert covered([], found) == set()


@given(known, requirements)
def test_all_that_is_in_a_bundle_is_covered_by_what_it_asks_for(found: dict[str, Distribution], text: str) -> None:
    asked = asked_for(found, text)
    assert covered(asked, found) == found.keys()
    assert set(asked) <= found.keys()
    assert {line for line in text.split() if line in found} <= set(asked)


@given(known, st.lists(names))
def test_a_grant_opens_nothing_that_no_granted_package_leads_to(
    found: dict[str, Distribution], asked: list[str]
) -> None:
    opened = covered(asked, found)
    for name in opened - set(asked):
        assert any(name in found[other].requires for other in opened)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Flask", "flask"),
        ("typing_extensions>=4 ; python_version < '3.11'", "typing-extensions"),
        ("zope.interface[test]==5", "zope-interface"),
        ("loc @ file:///srv/loc", "loc"),
        ("  ruamel.yaml  # why", "ruamel-yaml"),
        ("-e ./shared", ""),
        ("./shared", ""),
        ("shared/", ""),
        ("https://example.com/x.whl", ""),
        ("--index-url x", ""),
        ("", ""),
    ],
)
def test_the_name_that_a_line_of_requirements_begins_with(line: str, name: str) -> None:
    assert named(line) == name


@given(st.from_regex(r"[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?", fullmatch=True))
def test_a_normal_name_is_its_own_normal_name(name: str) -> None:
    assert normal(normal(name)) == normal(name) == normal(name.upper())


def test_modules_are_files_and_folders_with_code_and_nothing_else() -> None:
    files = [
        "single.py", "pack/__init__.py", "space/deep/mod.py", "native.cpython-311-x86_64-linux-gnu.so", "abi.abi3.so",
        "numpy.libs/libx.so", "share/man/x.1", "x-1.dist-info/METADATA", "not-a-name/x.py", "notes.txt", "x.pth",
    ]  # fmt: skip
    assert top_level(files) == {"single", "pack", "space", "native", "abi"}


def test_only_descriptions_are_read() -> None:
    files = ["a-1.dist-info/METADATA", "a-1.dist-info/top_level.txt", "a-1.dist-info/RECORD", "a/METADATA", "METADATA"]
    assert described(files) == ["a-1.dist-info/METADATA", "a-1.dist-info/top_level.txt"]


def test_circles_of_thousands_are_asked_for_in_no_time():
    """Each of two that require each other, and the next pair: what is open already is not looked at again."""
    count = 4000
    known = {}
    for number in range(count):
        pair, other = number - number % 2, number ^ 1
        known[f"d{number:05}"] = Distribution(requires=frozenset({f"d{other:05}", f"d{max(0, pair - 2):05}"}))
    began = process_time()
    asked = asked_for(known, "")
    assert process_time() - began < 2
    assert covered(asked, known) == known.keys()


PATTERN = re.compile(r"([^/.]+)(/(.*/)?[^/]+)?\.(py|pyd|so|[^/]*\.so)\Z")
"""What a file of a module looks like, in a way that takes seconds for some names."""


@given(st.lists(st.sampled_from(["a", "b", "/", ".", ".py", ".so", ".pyd", "__init__"]), max_size=9).map("".join))
def test_the_module_of_a_file_is_what_the_pattern_says(name: str):
    found = PATTERN.match(name)
    expected = {found[1]} if found and found[1].isidentifier() else set()
    assert top_level([name]) == expected


def test_names_made_to_be_slow_are_not():
    names = ["a/" + "." * 250 + "x" + str(number) for number in range(20_000)]
    began = process_time()
    assert top_level(names) == frozenset()
    assert process_time() - began < 2  # a tenth of a second; by the pattern, half a minute
