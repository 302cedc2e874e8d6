"""The numbers are the kernel's: compared with its headers where they are installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vaas.core.confine.rules import Granted, rules
from vaas.core.confine.syscalls import NUMBERS

HEADERS = {
    "x86_64": ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"),
    "aarch64": ("/usr/include/asm-generic/unistd.h",),
}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_number_is_the_headers(machine: str) -> None:
    header = next((Path(path) for path in HEADERS[machine] if Path(path).exists()), None)
    if header is None:
        pytest.skip("the kernel's headers are not installed")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    theirs = {name: int(number) for name, number in defined}
    both = NUMBERS[machine].keys() & theirs.keys()
    assert len(both) > 240
    assert {name: NUMBERS[machine][name] for name in both} == {name: theirs[name] for name in both}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_no_two_calls_share_a_number(machine: str) -> None:
    assert len(set(NUMBERS[machine].values())) == len(NUMBERS[machine])


def test_every_rule_has_a_number_on_one_machine_at_least() -> None:
    known = NUMBERS["x86_64"].keys() | NUMBERS["aarch64"].keys()
    grants = (Granted(), Granted(*(True,) * 6), Granted(subprocess=True, truncate_scoped=False))
    assert [name for granted in grants for name in rules(granted) if name not in known] == []
