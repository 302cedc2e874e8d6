"""How processes end: each with what it has started."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from textwrap import dedent

import pytest

from vaas.core.host.reaping import AdoptedProcesses, kill, kill_group

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this kernel has no pidfds")

FAMILY = "import subprocess, sys; subprocess.Popen(['sleep', '99'], stdout=1); print('up', flush=True); input()"
"""A process that starts another, which holds the same pipe open."""


@pytest.fixture
def family() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"up\n"
    with process.stdin, process.stdout:
        yield process
        kill_group(process.pid)
        process.wait()


def has_ended(pipe: object) -> bool:
    """Whether every process that could write to it has ended, within ten seconds."""
    assert hasattr(pipe, "fileno")
    ready, _, _ = select.select([pipe], [], [], 10)
    return bool(ready) and os.read(pipe.fileno(), 1) == b""


def test_a_group_ends_with_all_that_its_leader_has_started(family):
    kill_group(family.pid)
    assert has_ended(family.stdout)


def test_a_process_ends_alone(family):
    kill(family.pid)
    assert family.wait(10) == -signal.SIGKILL
    assert select.select([family.stdout], [], [], 0)[0] == []


def test_what_has_ended_already_may_be_ended_again(family):
    kill_group(family.pid)
    family.wait(10)
    kill_group(family.pid)
    kill(family.pid)


def test_adopted_processes_end_with_all_that_they_have_started(family):
    adopted = AdoptedProcesses()
    adopted.take([os.pidfd_open(family.pid)])
    adopted.end()
    assert has_ended(family.stdout)
    adopted.release(next(iter(adopted.descriptors)))


def test_an_adopted_process_that_has_ended_is_passed_over(family):
    adopted = AdoptedProcesses()
    adopted.take([os.pidfd_open(family.pid)])
    kill(family.pid)
    family.wait(10)
    adopted.end()
    assert select.select([family.stdout], [], [], 0)[0] == []  # its number may be another's by now
    adopted.release(next(iter(adopted.descriptors)))


def test_a_released_process_is_known_no_longer_and_its_descriptor_closed(family):
    adopted = AdoptedProcesses()
    pidfd = os.pidfd_open(family.pid)
    adopted.take([pidfd])
    adopted.release(pidfd)
    assert adopted.descriptors == set()
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(pidfd)


# --- these act on all children of their process, so they have one of their own


def run(code: str) -> str:
    """What it prints."""
    header = "import os, signal, subprocess, sys, time\nfrom vaas.core.host.reaping import *\n"
    done = subprocess.run(
        [sys.executable, "-c", header + dedent(code)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_without_children_none_has_ended():
    assert run("print(next_ended())") == "0"


def test_a_child_that_lives_has_not_ended():
    assert run("child = subprocess.Popen(['sleep', '99']); print(next_ended()); child.kill(); child.wait()") == "0"


def test_a_child_that_has_ended_is_told_of_until_it_is_reaped():
    said = run(
        """
        child = subprocess.Popen(["true"])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        print(next_ended() == child.pid, next_ended() == child.pid)
        child.wait()
        print(next_ended())
        """
    )
    assert said.split() == ["True", "True", "0"]


def test_an_orphan_becomes_ours_and_ends_with_the_rest():
    said = run(
        """
        adopt_orphans()
        code = "import subprocess; print(subprocess.Popen(['sleep', '99'], stdout=-3, start_new_session=True).pid)"
        orphan = int(subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE).stdout)
        known = subprocess.Popen(["sleep", "99"], start_new_session=True)
        known.returncode = 0  # end_children reaps it
        print(open(f"/proc/{orphan}/stat").read().split()[3] == str(os.getpid()))
        end_children([known.pid])
        print(os.path.exists(f"/proc/{orphan}"), os.path.exists(f"/proc/{known.pid}"))
        """
    )
    assert said.split() == ["True", "False", "False"]
