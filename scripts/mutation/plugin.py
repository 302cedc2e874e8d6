"""Inside pytest, in a copy: which tests are run and in which order, how long each may take, which lines it reaches.

Loaded by ``job.py`` with ``-p``; what to do is a JSON file named by ``MUTANTS_PLAN``, what happened goes to another,
one line an event, so that it is known too if this process is killed.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

PLAN = json.loads(Path(os.environ["MUTANTS_PLAN"]).read_text())
"""``out``: the file to write; ``measure``: files whose lines are watched; ``only``: ids of tests in their order, empty
is all; ``limits``: seconds that a test may take, by its id."""
_errors = os.dup(2)  # pytest captures the other
_coverage: Any = None

if PLAN["measure"]:
    import coverage  # before anything that is measured is imported

    _coverage = coverage.Coverage(data_file=None, include=PLAN["measure"], config_file=False, messages=False)
    _coverage.set_option("run:core", "ctrace")  # the one that knows contexts
    _coverage.set_option("run:disable_warnings", ["no-data-collected", "module-not-imported", "couldnt-parse"])
    _coverage.start()
    _coverage.switch_context("import")


def _tell(record: dict[str, Any]) -> None:
    with open(PLAN["out"], "a") as out:
        out.write(json.dumps(record) + "\n")


def pytest_configure() -> None:
    """A counterexample need not be the smallest, and none is kept for the next mutant."""
    settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None)
    settings.load_profile("mutants")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    only = {test: index for index, test in enumerate(PLAN["only"])}
    if only:
        items[:] = sorted((item for item in items if item.nodeid in only), key=lambda item: only[item.nodeid])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    limit = PLAN["limits"].get(item.nodeid, 0)
    if limit:
        faulthandler.dump_traceback_later(limit, exit=True, file=_errors)
    _tell({"begun": item.nodeid})
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    if _coverage is not None:
        _coverage.switch_context(f"setup {item.nodeid}")
    yield
    if _coverage is not None:
        _coverage.switch_context(f"test {item.nodeid}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _tell({"test": report.nodeid, "when": report.when, "outcome": report.outcome, "seconds": report.duration})


def pytest_unconfigure() -> None:
    if _coverage is None:
        return
    _coverage.stop()
    _tell({"packages": [name for name, module in sys.modules.items() if _is_installed(module)]})
    data = _coverage.get_data()
    for file in data.measured_files():
        _tell({"file": file, "lines": data.contexts_by_lineno(file)})


def _is_installed(module: Any) -> bool:
    """Whether it is a package that no mutant changes."""
    return f"{os.sep}site-packages{os.sep}" in (getattr(module, "__file__", None) or "")
