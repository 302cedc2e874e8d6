"""What holds for every test: which part it is of, and that in CI no optional part is missing.

``unit``: all of the folders below, minus what starts a process there. ``alone``: what measures time or needs the whole
machine, marked where it stands, with its reason. Who runs the parts: ``scripts/test.py``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's affair.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

ELSEWHERE = ("syntax of Python", "root ", "this kernel has no", "cannot be tried here")
"""Skips that begin so are not about a missing part but about who runs this: another interpreter, user, kernel; or about
an attack that not even plain Python can make here."""
UNIT = tuple(
    f"tests/{folder}/"
    for folder in ("cli", "framework", "platform", "core/restrict", "core/virtual", "core/wire", "hostile")
)
WITH_PROCESSES = (
    *("tests/cli/test_cli_dev.py", "tests/cli/test_cli_main.py", "tests/cli/test_cli_project.py"),
    *("tests/platform/bundle_format/test_pack.py", "tests/platform/bundle_format/test_local_packages.py"),
    *("tests/platform/bundle_format/test_locks.py", "tests/platform/bundle_format/test_target.py"),
    *("tests/platform/store/test_sqlite_store.py", "tests/platform/reconciler/test_layers.py"),
    *(
        "tests/platform/reconciler/test_collecting.py",
        "tests/platform/node/test_layer_builder.py",
        "tests/platform/node/test_node_log.py::test_what_goes_past",
    ),
    "tests/core/restrict/test_code_cache.py::test_a_warm_start_imports_no_compiler",
    *("tests/core/virtual/test_example.py", "tests/core/virtual/stdlib/test_harden.py"),
    "tests/core/virtual/test_files.py::test_a_host_s_own_process_translates_for_libraries_too",
)
"""Of those folders, and yet not of the unit part: beginnings of names."""
STARTS = frozenset({"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"})
"""Audit events: https://docs.python.org/3/library/audit_events.html."""
_running: list[pytest.Item] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(UNIT) and not item.nodeid.startswith(WITH_PROCESSES):
            item.add_marker("unit")
        for marker in item.iter_markers("alone"):
            if not marker.kwargs.get("reason"):
                raise pytest.UsageError(f"{item.nodeid}: alone(reason=…) needs its reason")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    _running[:] = [item]
    try:
        return (yield)
    finally:
        _running.clear()


def _keep_processes_out_of_the_unit_part(event: str, _: object) -> None:
    if event in STARTS and _running and _running[0].get_closest_marker("unit"):
        raise AssertionError(f"{event}: a unit test starts no process; name it in WITH_PROCESSES, tests/conftest.py")


sys.addaudithook(_keep_processes_out_of_the_unit_part)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """A skip says that a part is missing on this machine; CI has every part, so there it is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(ELSEWHERE):
            report.outcome = "failed"
            report.longrepr = f"{reason}: CI has every part, so this must not be skipped there"
    return report
