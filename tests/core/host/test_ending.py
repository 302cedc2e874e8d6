"""A host that an error of its own ends."""

from __future__ import annotations

import os
import subprocess
import sys

from vaas.core.limits.exit_status import limit_of


def ended(code: str) -> subprocess.CompletedProcess[str]:
    header = "import sys\nfrom vaas.core.host.ending import end_process\n"
    return subprocess.run([sys.executable, "-c", header + code], capture_output=True, text=True, timeout=60)


def test_it_says_what_happened_and_by_its_status_which_limit_it_met() -> None:
    done = ended('try:\n    raise RuntimeError("can\'t start new thread")\nexcept Exception as e:\n    end_process(e)')
    assert limit_of(done.returncode) == "stacks"
    assert "RuntimeError: can't start new thread" in done.stderr


def test_an_error_of_another_kind_has_the_usual_status() -> None:
    done = ended("end_process(ValueError('x'))")
    assert (done.returncode, done.stderr) == (os.EX_SOFTWARE, "ValueError: x\n")


def test_without_the_memory_for_a_traceback_it_has_the_status_nevertheless() -> None:
    done = ended(
        "def hook(*_): raise MemoryError\nsys.excepthook = hook\n"
        "try:\n    end_process(MemoryError())\nfinally:\n    print('went on')"
    )
    assert (limit_of(done.returncode), done.stdout) == ("memory", "")
