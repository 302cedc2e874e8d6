from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.manifest.lines import BUDGET, key_lines, line_of

BARE = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
NAME = BARE | st.text(st.characters(codec="utf-8", exclude_characters="\0\x7f"), max_size=4)
VALUE = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(["true", "1979-05-27", '""', "'[x]'", '"# no comment"', "{}", "{ inner = 1, other.deep = 2 }"]),
    st.sampled_from(
        ['"""\nkey = 1\n[table]\n"""', "'''\n\n'''", "[\n  1, # one\n\n  [2],\n]", '[\n"[a]",\n"b = 1"]', "[{ x = 1 }]"]
    ),
)
NOISE = st.lists(st.sampled_from(["", "   ", "# comment", "# key = 1", "\t# [table]"]), max_size=3)


def quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[tuple[str, ...], int]]:
    """A TOML document written line by line, and the line of each key as it was written."""
    lines: list[str] = []
    expected: dict[tuple[str, ...], int] = {}

    def write(path: tuple[str, ...], statement: str) -> None:
        lines.extend(draw(NOISE))
        expected[path] = len(lines) + 1
        lines.extend((draw(st.sampled_from(["", "  "])) + statement).split("\n"))

    names = draw(st.lists(NAME, unique=True, max_size=4))
    for name in names:
        write((name,), f"{quoted(name)} = {draw(VALUE)}")
    for table in draw(st.lists(NAME.filter(lambda name: name not in names), unique=True, max_size=3)):
        write((table,), f"[{quoted(table)}] # comment")
        for name in draw(st.lists(NAME, unique=True, max_size=3)):
            write((table, name), f"{quoted(name)}={draw(VALUE)} # comment")
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines), expected


@given(documents())
def test_every_key_is_found_on_the_line_it_was_written_on(document: tuple[str, dict[tuple[str, ...], int]]) -> None:
    text, expected = document
    assert expected.items() <= key_lines(text).items()


def test_dotted_keys_and_inline_tables_are_found_by_their_parts() -> None:
    lines = key_lines('name = "a"\nlimits.timeout = "1s"\n\n[permissions]\n[tool.vaas.limits]\nx = { y = 1 }\n')
    assert lines == {
        ("name",): 1,
        ("limits",): 2,
        ("limits", "timeout"): 2,
        ("permissions",): 4,
        ("tool",): 5,
        ("tool", "vaas"): 5,
        ("tool", "vaas", "limits"): 5,
        ("tool", "vaas", "limits", "x"): 6,
        ("tool", "vaas", "limits", "x", "y"): 6,
    }


def test_arrays_of_tables_are_found_by_their_first() -> None:
    assert key_lines("[[a]]\nx = 1\n[[a]]\nx = 2\n") == {("a",): 1, ("a", "x"): 2}


def test_a_key_without_a_line_of_its_own_has_its_tables() -> None:
    lines = {("limits",): 4}
    assert line_of(lines, ("limits", "timeout")) == 4
    assert line_of(lines, ("name",)) == 1


def test_an_array_over_thousands_of_lines_costs_no_more_than_the_budget() -> None:
    rows = 5_000
    assert rows * rows * len('"x",\n') / 2 > BUDGET  # what it would cost otherwise
    lines = key_lines('name = "a"\nnet = [\n' + '"x",\n' * rows + ']\nversion = "1"\n')
    assert lines == {("name",): 1}


def test_keys_nested_without_end_are_harmless() -> None:
    assert len(key_lines(".".join("a" * 5_000) + " = 1")) == 5
