"""Patches of the process are armed once, by one way, and for ever."""

from __future__ import annotations

import csv
import inspect
import subprocess
import sys
import threading
from textwrap import dedent
from typing import Any

import pytest

from vaas.core.restrict import library_facts
from vaas.core.virtual.stdlib import harden, tables


def in_a_process_of_its_own(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


PATCHED = """
    import copy, csv, enum, inspect, logging, re, sys, threading
    from vaas.core.policy import Policy
    from vaas.core.virtual.machine import Machine
    def patched():
        return [
            type(sys.modules).__name__ == "ModuleView", threading.Thread.start.__module__.startswith("vaas"),
            copy._reconstruct.__module__.startswith("vaas"), enum.EnumType._create_.__module__.startswith("vaas"),
            inspect._signature_fromstr.__module__.startswith("vaas"), type(re._compile).__module__.startswith("vaas"),
            type(logging._defaultFormatter).__module__.startswith("vaas"), csv.field_size_limit() == sys.maxsize,
        ]
"""


def test_importing_the_machine_patches_nothing() -> None:
    assert in_a_process_of_its_own(PATCHED + "    print(any(patched()))") == "False"


def test_trusted_code_has_the_view_of_modules_and_no_other_patch() -> None:
    made = PATCHED + "    Machine('/', policy=Policy(code='trusted')).load('re')\n    print(*map(int, patched()))"
    assert in_a_process_of_its_own(made) == "1 1 0 0 0 0 0 0"


def test_restricted_code_has_what_libraries_do_with_its_objects_patched_before_it_runs() -> None:
    made = PATCHED + "    Machine('/')\n    print(*map(int, patched()))"
    assert in_a_process_of_its_own(made) == "1 1 1 1 0 0 0 0"


def test_a_module_s_patches_are_armed_when_it_is_first_shown() -> None:
    made = PATCHED + (
        "    machine = Machine('/')\n"
        "    for name in ('inspect', 're', 'logging', 'csv'): machine.load(name)\n"
        "    print(*map(int, patched()))"
    )
    assert in_a_process_of_its_own(made) == "1 1 1 1 1 1 1 1"


def test_the_patches_of_a_package_are_armed_with_any_module_in_it() -> None:
    made = """
        from vaas.core.virtual.machine import Machine
        from email import policy, headerregistry
        Machine('/').load("email.mime.text")
        get = headerregistry.HeaderRegistry.__getitem__
        print(get.__module__, type(policy.default.header_factory.registry).__name__)
    """
    assert in_a_process_of_its_own(made) == "vaas.core.virtual.stdlib.patches.mail Table"


@pytest.mark.parametrize("name", ["re", "csv", "email.utils", "inspect", "typing"])
def test_arming_again_changes_nothing(apps: Any, name: str) -> None:
    apps("", code="restricted").load(name)
    import re

    before = re._compile, inspect._signature_fromstr, threading.Thread.start, csv.field_size_limit()  # type: ignore[attr-defined]
    harden.harden_process(restricted=True)
    harden.harden_module(name)
    assert before == (
        re._compile,  # type: ignore[attr-defined]
        inspect._signature_fromstr,  # type: ignore[attr-defined]
        threading.Thread.start,
        csv.field_size_limit(),
    )


def test_no_guard_answers_before_the_library_s_facts_are_declared() -> None:
    made = """
        import decimal
        from vaas.core.restrict.guards import guarded_write
        try:
            guarded_write(decimal.Context(), "prec")
        except RuntimeError as error:
            print("declared" in str(error))
    """
    assert in_a_process_of_its_own(made) == "True"


def test_the_facts_that_guards_go_by_are_the_registry_s(apps: Any) -> None:
    apps("", code="restricted")
    assert library_facts.facts() == tables.library_facts()


OPEN = ("http.problems", "authoring.request", "authoring.response", "authoring.websocket")


@pytest.mark.parametrize("first", ["import vaas.framework.serving.service", "import vaas, vaas.testing; vaas.Request"])
def test_the_framework_declares_its_own_classes_wherever_apps_meet_them(first: str) -> None:
    """The zygote imports the one before it forks; tests of apps, and apps in one process, name the other."""
    made = f"""
        {first}
        from vaas.core.restrict.library_facts import is_open_module
        print(*[is_open_module(f"vaas.framework.{{name}}") for name in {(*OPEN, "serving.public")}])
    """
    assert in_a_process_of_its_own(made) == "True True True True False"
