"""Trusted apps that would outlive their node do not: whatever they untie, whoever dies first."""

from __future__ import annotations

import os
import signal
from textwrap import dedent

import pytest

from tests.e2e.apps import PID, TRUSTED
from tests.e2e.processes import children, hosts_of, name_of, wait_for_the_end_of, zygote_of
from tests.e2e.running import Running

UNTIED = dedent(
    """
    import ctypes, os, stat, threading
    import vaas

    def untie():
        # Nothing tells it of the end of the node, and the thread that would notice does not end the process.
        load = ctypes.pythonapi.PyImport_ImportModule
        load.restype = ctypes.py_object
        load(b"os")._exit = lambda status: threading.Event().wait()
        for number in range(3, 256):
            try:
                if stat.S_ISFIFO(os.fstat(number).st_mode):
                    os.close(number)
            except OSError:
                pass

    @vaas.app
    class Untied:
        @vaas.get("/")
        async def pid(self):
            untie()
            return str(os.getpid())
    """
)

LEAVES_BEHIND = dedent(
    """
    import os, subprocess
    import vaas

    @vaas.app
    class LeavesBehind:
        @vaas.get("/")
        async def pid(self):
            shell = "setsid sh -c 'sleep 1000 & echo $!'"
            return subprocess.check_output(["/bin/sh", "-c", shell + " <&- 2>&- | head -1"], text=True).strip()
    """
)


ALL = TRUSTED + '[permissions]\nmodules = ["*"]\n'


def started(platform: Running, code: str, permission: str = "") -> int:
    """The process that an app names."""
    platform.deploy("clings", code, ALL + permission)
    return int(platform.get("/clings/").text)


def test_an_app_that_has_untied_its_life_from_the_nodes_ends_with_it(own_platform: Running):
    host = started(own_platform, UNTIED)
    own_platform.stop(signal.SIGKILL)
    wait_for_the_end_of(host)


def test_it_ends_with_the_node_too_if_its_zygote_ended_before(own_platform: Running):
    host = started(own_platform, UNTIED)
    zygote = zygote_of(own_platform)
    os.kill(zygote, signal.SIGKILL)
    wait_for_the_end_of(zygote)
    own_platform.deploy("other", UNTIED, ALL)  # by another zygote
    assert own_platform.get("/clings/").text == str(host)
    own_platform.stop(signal.SIGKILL)
    wait_for_the_end_of(host)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_program_that_has_left_its_host_ends_with_the_node(own_platform: Running, how: signal.Signals):
    program = started(own_platform, LEAVES_BEHIND, "subprocess = true\n")
    assert os.getsid(program) not in hosts_of(own_platform)
    own_platform.stop(how)
    wait_for_the_end_of(program)


def test_a_broker_whose_zygote_was_killed_is_collected(own_platform: Running):
    started(own_platform, PID, 'net = ["localhost:1"]\n')
    assert own_platform.process is not None
    node = own_platform.process.pid
    (broker,) = [pid for pid in hosts_of(own_platform) if name_of(pid) == "vaas net clings"]
    os.kill(zygote_of(own_platform), signal.SIGKILL)
    own_platform.vaas("rm", "clings", "--yes")
    wait_for_the_end_of(broker)
    own_platform.deploy("other", PID, ALL)
    assert broker not in children(node)
